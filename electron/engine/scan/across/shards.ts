import type { ScannedFile } from '../scan-file.ts';
import { across, type AcrossFinding, acrossEach, factsOf, folderOf, type FolderView } from './folder-view.ts';

const numbered = /^(.*?)-(\d{5})-of-(\d{5})(\.[\w.-]+)$/;

/** Every index against the shards beside it. Only safetensors name their tensors exactly as an index does. */
export function compareIndexes(view: FolderView): AcrossFinding[] {
  return view.files.flatMap((index) => {
    const named = factsOf(index, 'reference').filter(({ role }) => role === 'shard');
    if (named.length === 0) return [];
    const folder = folderOf(index.path);
    const missing = named.filter(({ path }) => view.file(folder + path) === undefined);
    if (missing.length > 0) return tellMissing(index, missing, named.length, view);
    const shards = named.flatMap(({ path }) => view.file(folder + path) ?? []);
    return [...compareTensors(index, folder, shards), ...tellUnlisted(index, folder, shards, view)];
  });
}

/** An index without any of its shards was left behind by somebody who took the weights in another format. */
function tellMissing(
  index: ScannedFile,
  missing: readonly { readonly path: string }[],
  count: number,
  view: FolderView,
): AcrossFinding[] {
  const hasOthers = view.inFolder(folderOf(index.path)).some((file) => factsOf(file, 'tensor').length > 0);
  if (missing.length === count && hasOthers) {
    return [across(index.path, 'index.unused', `None of the ${count} shards that it names is here.`)];
  }
  return acrossEach(
    index.path,
    'index.missing-shard',
    'A shard that the index names is not here.',
    missing.map(({ path }) => path),
  );
}

function compareTensors(index: ScannedFile, folder: string, shards: readonly ScannedFile[]): AcrossFinding[] {
  if (!shards.every(({ format }) => format === 'safetensors')) return [];
  const listed = new Map(factsOf(index, 'index-entry').map(({ tensor, shard }) => [tensor, folder + shard]));
  const held = new Map<string, string>();
  const twice: string[] = [];
  let sizeBytes = 0;
  for (const shard of shards) {
    for (const { tensor } of factsOf(shard, 'tensor')) {
      if (held.has(tensor.name)) twice.push(tensor.name);
      held.set(tensor.name, shard.path);
      sizeBytes += tensor.sizeBytes;
    }
  }
  const misplaced = [...listed].flatMap(([tensor, shard]) => (held.get(tensor) === shard ? [] : [tensor]));
  const unlisted = [...held.keys()].filter((tensor) => !listed.has(tensor));
  const findings = [
    ...acrossEach(
      index.path,
      'index.tensor',
      'A tensor is not in the shard that the index names.',
      misplaced,
    ),
    ...acrossEach(index.path, 'index.tensor', 'A shard has a tensor that the index does not name.', unlisted),
    ...acrossEach(index.path, 'index.tensor', 'A tensor is in two shards.', twice),
  ];
  const [total] = factsOf(index, 'index-total');
  if (findings.length === 0 && total !== undefined && total.sizeBytes !== sizeBytes) {
    const detail = `It states ${total.sizeBytes} bytes in all, and the shards have ${sizeBytes}.`;
    findings.push(across(index.path, 'index.total-size', detail));
  }
  return findings;
}

/** Weights beside an index that it does not name are loaded by nobody, or by somebody else. */
function tellUnlisted(
  index: ScannedFile,
  folder: string,
  shards: readonly ScannedFile[],
  view: FolderView,
): AcrossFinding[] {
  const named = new Set(shards.map(({ path }) => path));
  const formats = new Set(shards.map(({ format }) => format));
  const others = view.inFolder(folder).filter((file) => formats.has(file.format) && !named.has(file.path));
  const isNamedElsewhere = ({ path }: ScannedFile) =>
    view
      .inFolder(folder)
      .some(
        (file) =>
          file !== index && factsOf(file, 'reference').some((reference) => folder + reference.path === path),
      );
  return others
    .filter((file) => factsOf(file, 'tensor').length > 0 && !isNamedElsewhere(file))
    .map((file) => {
      const isShard = numbered.test(file.path);
      return isShard
        ? across(
            file.path,
            'index.unlisted-shard',
            'It is numbered like a shard, and the index does not name it.',
          )
        : across(file.path, 'weights.unreferenced', 'The index beside it does not name it.');
    });
}

/** `-00001-of-00003` comes with its siblings, whether or not there is an index. */
export function checkNumbering(view: FolderView): AcrossFinding[] {
  const sets = new Map<
    string,
    { readonly first: string; readonly total: number; readonly found: Set<number> }
  >();
  for (const { path, format } of view.files) {
    const [, prefix = '', number = '', total = '', ending = ''] = numbered.exec(path) ?? [];
    if (ending === '' || format === 'not-a-file') continue;
    const key = `${prefix}-${total}${ending}`;
    const set = sets.get(key) ?? { first: path, total: Number(total), found: new Set<number>() };
    sets.set(key, set);
    set.found.add(Number(number));
  }
  return [...sets.values()].flatMap(({ first, total, found }) => {
    const start = found.has(0) ? 0 : 1;
    const isComplete = found.size === total && [...found].every((n) => n >= start && n < start + total);
    if (isComplete) return [];
    return [across(first, 'shards.numbering', `Of ${total} parts by their numbers ${found.size} are here.`)];
  });
}
