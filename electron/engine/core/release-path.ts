/** Why a path may not stand in a release, as words for a person. */
export type PathProblem =
  | 'is empty'
  | 'is absolute'
  | 'has an empty segment'
  | 'has a . or .. segment'
  | 'has a backslash'
  | 'has a control or direction character'
  | 'is not in Unicode form NFC'
  | 'has a name that Windows reserves'
  | 'has a name with a character that Windows forbids'
  | 'has a segment that ends with a dot or a space'
  | 'has a segment over 255 bytes'
  | 'is over 4096 bytes';

// C0, DEL, C1, bidirectional controls and isolates, line and paragraph separators, byte order mark, zero-width characters.
const hidden = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
const windowsReserved =
  /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:\.|$)/iu;
const windowsForbidden = /[<>:"|?*]/u;

const bytesOf = (text: string) => Buffer.byteLength(text, 'utf8');

/**
 * The grammar of paths inside releases and sets (formats.md): relative, `/`-separated, NFC, portable to every file system
 * the app meets. Returns null when the path is allowed.
 */
export function findPathProblem(path: string): PathProblem | null {
  if (path === '') return 'is empty';
  if (path.includes('\\')) return 'has a backslash';
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'is absolute';
  if (hidden.test(path) || !path.isWellFormed()) return 'has a control or direction character';
  if (path !== path.normalize('NFC')) return 'is not in Unicode form NFC';
  if (bytesOf(path) > 4096) return 'is over 4096 bytes';
  for (const segment of path.split('/')) {
    if (segment === '') return 'has an empty segment';
    if (segment === '.' || segment === '..') return 'has a . or .. segment';
    if (bytesOf(segment) > 255) return 'has a segment over 255 bytes';
    if (/[. ]$/.test(segment)) return 'has a segment that ends with a dot or a space';
    if (windowsReserved.test(segment)) return 'has a name that Windows reserves';
    if (windowsForbidden.test(segment)) return 'has a name with a character that Windows forbids';
  }
  return null;
}

/**
 * Paths with the same key are one file on some file system (case folding, compatibility forms). Upper then lower case
 * stands in for Unicode full case folding, which JavaScript lacks: it folds ß with ss as case folding does.
 */
export function collisionKey(path: string): string {
  return path.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}

/**
 * Every group of two or more paths that cannot stand in one release together; also `a` with `a/b`. The work grows with the
 * names' length alone, however many of them collide and however deep they are.
 */
export function findCollisions(paths: readonly string[]): string[][] {
  const byKey = new Map<string, string[]>();
  for (const path of paths) {
    const key = collisionKey(path);
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, [path]);
    else same.push(path);
  }
  return [...[...byKey.values()].filter((group) => group.length > 1), ...findFilesAsFolders(byKey)];
}

/** Pairs of a file and one below it. */
function findFilesAsFolders(byKey: ReadonlyMap<string, readonly string[]>): string[][] {
  const sorted = [...byKey]
    .map(([key, group]) => ({ bytes: sortableBytes(key), group }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  const pairs: string[][] = [];
  const above: { readonly bytes: Buffer; readonly path: string }[] = [];
  for (const { bytes, group } of sorted) {
    for (let file = above.at(-1); file !== undefined && !isBelow(bytes, file.bytes); file = above.at(-1)) {
      above.pop();
    }
    const file = above.at(-1);
    if (file !== undefined) pairs.push(...group.map((path) => [file.path, path]));
    above.push({ bytes, path: group[0] ?? '' });
  }
  return pairs;
}

/** With the separator before every other character, so that what is below a path follows it at once. */
function sortableBytes(key: string): Buffer {
  const bytes = Buffer.from(key);
  for (let at = bytes.indexOf(0x2f); at >= 0; at = bytes.indexOf(0x2f, at + 1)) bytes[at] = 0;
  return bytes;
}

function isBelow(bytes: Buffer, folder: Buffer): boolean {
  return bytes[folder.length] === 0 && folder.equals(bytes.subarray(0, folder.length));
}
