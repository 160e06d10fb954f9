import type { FormatScanner } from '../format-scanner.ts';
import { Cursor } from '../cursor.ts';

const magics: readonly (readonly [format: string, magic: string])[] = [
  ['7z', "7z\xbc\xaf'\x1c"],
  ['rar', 'Rar!\x1a\x07'],
  ['bzip2', 'BZh'],
  ['xz', '\xfd7zXZ\0'],
  ['lzma', ']\0\0'],
  ['zstd', '\x28\xb5\x2f\xfd'],
  ['lz4', '\x04\x22\x4d\x18'],
  ['lzip', 'LZIP'],
  ['cab', 'MSCF'],
];

/** Archives and streams that are told by their first bytes and not opened: joblib writes some of them too. */
export const unreadArchives: readonly FormatScanner[] = magics.map(([format, magic]) => ({
  format,
  recognises: ({ head }) => Buffer.from(head.subarray(0, magic.length)).toString('latin1') === magic,
  scan({ source }, context) {
    context.find('archive.unread', `It is compressed as ${format}.`);
    new Cursor(source, 'archive.unread').stream(source.sizeBytes);
  },
}));
