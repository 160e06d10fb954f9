import type { FoundSignature } from './found-signature.ts';
import type { ListedFile, SignedList } from './listed-file.ts';
import { baseName, folderOf } from './signature-names.ts';

/**
 * The signature with the names in its list as the verified folder knows them. They are relative to the folder in which the
 * signature lies; `.` is the only file there is beside it, also under another name than the signer's.
 */
export function placeSignature(signature: FoundSignature, paths: ReadonlySet<string>): FoundSignature {
  const { opened } = signature;
  if (opened?.signs.kind !== 'list') return signature;
  const list = placeList(opened.signs.list, signature.path, paths);
  return { ...signature, opened: { ...opened, signs: { kind: 'list', list } } };
}

/** The signature as far as it is about one file, which may be called otherwise than its signer called it. */
export function aboutOneFile(signature: FoundSignature, path: string): FoundSignature {
  const { opened } = signature;
  if (opened?.signs.kind !== 'list') return { ...signature, subject: path };
  const { list } = opened.signs;
  const named = list.entries.filter((entry) => [path, '.'].includes(entry.path));
  const entries = named.map((entry) => ({ ...entry, path }));
  return { ...signature, opened: { ...opened, signs: { kind: 'list', list: { ...list, entries } } } };
}

function placeList(list: SignedList, signaturePath: string, paths: ReadonlySet<string>): SignedList {
  const folder = folderOf(signaturePath);
  const place = (entry: ListedFile): ListedFile => {
    if (entry.path === '.') {
      const only = findOnlyFile(list, signaturePath, paths);
      return only === null ? entry : { ...entry, path: only };
    }
    const path = folder + entry.path;
    const flat = folder + baseName(entry.path);
    return { ...entry, path: list.isWhole || paths.has(path) || !paths.has(flat) ? path : flat };
  };
  return {
    ...list,
    entries: list.entries.map(place),
    ignoredPaths: list.ignoredPaths.map((path) => folder + path),
  };
}

function findOnlyFile(
  { onlyFile }: SignedList,
  signaturePath: string,
  paths: ReadonlySet<string>,
): string | null {
  const folder = folderOf(signaturePath);
  if (onlyFile !== undefined && paths.has(folder + onlyFile)) return folder + onlyFile;
  const others = [...paths].filter((path) => path !== signaturePath && folderOf(path) === folder);
  return others.length === 1 ? (others[0] ?? null) : null;
}
