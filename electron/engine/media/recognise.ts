import type { z } from 'zod';
import type { Check } from '#shared/contract/evidence.ts';
import type { Recognised, RecognisedSet } from '#shared/contract/transfers.ts';
import type { EntryProblem, FileEntry, FolderPort } from '#engine/core/folder-port.ts';
import type { ImportSource } from './sources/import-source.ts';

/** How the bundle room reads its own files; null when the bytes are something else. Nothing is verified. */
export interface ControlReaders {
  set(control: Uint8Array, volume: Uint8Array | null): z.infer<typeof RecognisedSet> | null;
  receipt(bytes: Uint8Array): { site: string } | null;
  readonly controlLimitBytes: number;
}

const CONTROL = /(?:^|\/)set\.dsse\.json$/;
const DSSE = /\.dsse\.json$/;
const SIGNATURE = /\.(?:sig|minisig|asc|sigstore|sigstore\.json|dsse\.json)$|(?:^|\/)SHA256SUMS(?:\.txt)?$/;
const LIST = /(?:^|\/)SHA256SUMS(?:\.txt)?$/;
const MODEL = /\.(?:safetensors|gguf|onnx|pt|pth|ckpt|bin|h5|keras|tflite|pb|npz|engine|mlmodel)$/i;
/** Receipts looked at before giving up: a folder full of other JSON must not take long. */
const MAX_RECEIPTS = 20;

/** What lies at a place, from its listing and its small control files; payload is not opened. */
export async function recognise(source: ImportSource, readers: ControlReaders): Promise<Recognised> {
  const { files, problems } = await source.list();
  const sets = await readSets(source, files, readers);
  const receipts = sets.length > 0 ? [] : await readReceipts(source, files, readers);
  const kind =
    sets.length > 0
      ? 'transfer-set'
      : (kindOfModel(source, files) ?? (receipts.length > 0 ? 'receipt' : 'unknown'));
  return {
    kind,
    title: titleOf(kind, source.title, sets, receipts),
    sets,
    ...contentsOf(source, files, kind),
    fileCount: files.length,
    sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    signatures: files.map((file) => file.path).filter((path) => SIGNATURE.test(path)),
    problems: problems.map(toCheck),
  };
}

/** Model folders shown before giving up: a drive is glanced at, not listed. */
const MAX_MODELS = 20;

/** What lies beside each other on a drive: folders at its top with model files, and files of no kind. */
function contentsOf(
  source: ImportSource,
  files: readonly FileEntry[],
  kind: Recognised['kind'],
): Pick<Recognised, 'models' | 'unknown'> {
  const setFolders = files.flatMap(({ path }) => (CONTROL.test(path) ? [path.replace(CONTROL, '')] : []));
  const isOfSet = ({ path }: FileEntry) =>
    setFolders.some((folder) => folder === '' || path.startsWith(`${folder}/`));
  const loose = files.filter((file) => !isOfSet(file));
  const isOneModel =
    source.kind !== 'folder' || loose.some(({ path }) => !path.includes('/') && MODEL.test(path));
  if (isOneModel) return { models: [], unknown: amount(kind === 'transfer-set' ? loose : []) };
  const folders = new Map<string, FileEntry[]>();
  for (const file of loose) {
    const top = file.path.includes('/') ? (file.path.split('/')[0] ?? '') : '';
    folders.set(top, [...(folders.get(top) ?? []), file]);
  }
  const isModel = (own: readonly FileEntry[]) => own.some(({ path }) => MODEL.test(path));
  const models = [...folders]
    .filter(([, own]) => isModel(own))
    .map(([path, own]) => ({ path, ...amount(own) }))
    .sort((a, b) => b.sizeBytes - a.sizeBytes)
    .slice(0, MAX_MODELS);
  return { models, unknown: amount([...folders.values()].filter((own) => !isModel(own)).flat()) };
}

function amount(files: readonly FileEntry[]): Recognised['unknown'] {
  return { fileCount: files.length, sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0) };
}

/** By its layout, else by the names of its files; null when nothing looks like a model. */
function kindOfModel(source: ImportSource, files: readonly FileEntry[]): Recognised['kind'] | null {
  if (source.kind !== 'folder') return source.kind;
  if (files.some((file) => MODEL.test(file.path))) return 'model-folder';
  return files.some((file) => LIST.test(file.path)) ? 'listed-folder' : null;
}

/** A problem of a listing as evidence. */
export function toCheck(problem: EntryProblem): Check {
  const { path, code, detail } = problem;
  return { id: 'files.kind', status: 'failed', code, path, detail };
}

async function readSets(folder: FolderPort, files: readonly FileEntry[], readers: ControlReaders) {
  const sets: z.infer<typeof RecognisedSet>[] = [];
  for (const file of files.filter(({ path }) => CONTROL.test(path))) {
    const control = await readOrNull(folder, file.path, readers.controlLimitBytes);
    const volume = await readOrNull(
      folder,
      file.path.replace(CONTROL, (name) => name.replace('set.dsse', 'volume')),
      65_536,
    );
    const set = control === null ? null : readers.set(control, volume);
    if (set !== null) sets.push(set);
  }
  return sets;
}

async function readReceipts(folder: FolderPort, files: readonly FileEntry[], readers: ControlReaders) {
  const candidates = files.filter(({ path }) => DSSE.test(path)).slice(0, MAX_RECEIPTS);
  const found: { site: string }[] = [];
  for (const file of candidates) {
    const bytes = await readOrNull(folder, file.path, readers.controlLimitBytes);
    const receipt = bytes === null ? null : readers.receipt(bytes);
    if (receipt !== null) found.push(receipt);
  }
  return found;
}

/** A file that cannot be read is not recognised; why is found out when somebody verifies it. */
function readOrNull(folder: FolderPort, path: string, limitBytes: number): Promise<Uint8Array | null> {
  return folder.read(path, limitBytes).catch(() => null);
}

function titleOf(
  kind: Recognised['kind'],
  title: string,
  sets: readonly z.infer<typeof RecognisedSet>[],
  receipts: readonly { site: string }[],
): string {
  const [set] = sets;
  if (sets.length > 1) return `${sets.length} transfer set volumes`;
  if (set !== undefined)
    return `transfer set ${set.setId.slice(0, 8)}, volume ${set.volume} of ${set.volumes}`;
  if (kind === 'receipt') return `receipt of ${receipts[0]?.site ?? ''}`;
  if (kind === 'model-folder') return `model ${title}`;
  if (kind === 'listed-folder') return `${title} with SHA256SUMS`;
  if (kind === 'hugging-face' || kind === 'oci-layout') return title;
  return 'nothing that Sallyport knows';
}
