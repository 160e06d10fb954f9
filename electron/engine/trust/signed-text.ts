import { createHash } from 'node:crypto';
import { looksLikeDigestList, parseDigestList } from './formats/digest-list.ts';
import type { ListedFile, SignedList } from './listed-file.ts';
import { baseName, folderOf, subjectOf } from './signature-names.ts';

/**
 * What a text that is signed inside its signature's own file says of other files: all that it lists, when it is a list of
 * digests, and that the file beside it (`SHA256SUMS` beside `SHA256SUMS.asc`) is this very text.
 */
export function listInText(path: string, text: Uint8Array, among: ReadonlySet<string>): SignedList {
  const subject = subjectOf(path);
  const isList = looksLikeDigestList(text);
  const listed = isList ? parseDigestList(text, baseName(path)) : { entries: [], problems: [] };
  const folder = folderOf(path);
  const entries = listed.entries.map((entry) => ({ ...entry, path: folder + entry.path }));
  return {
    ...listed,
    entries: subject !== null && among.has(subject) ? [...entries, sameText(subject, text)] : entries,
    isWhole: isList,
    ignoredPaths: [],
    omitsEmptyFiles: false,
  };
}

function sameText(path: string, text: Uint8Array): ListedFile {
  return { path, algorithm: 'sha256', digest: createHash('sha256').update(text).digest('hex') };
}
