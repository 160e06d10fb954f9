import type { FormatScanner } from '../format-scanner.ts';
import { Cursor } from '../cursor.ts';

/**
 * LZMA has no magic: its usual settings, a dictionary of a power of two, and a length that is unknown or below 2^40. Of the others
 * as much as keeps them apart from the length of a safetensors header.
 */
const magics: readonly (readonly [format: string, magic: RegExp])[] = [
  ['7z', /^7z\xbc\xaf'\x1c/],
  ['rar', /^Rar!\x1a\x07/],
  ['bzip2', /^BZh[1-9]/],
  ['xz', /^\xfd7zXZ\0/],
  ['lzma', /^]\0\0(?:[\x01\x02\x04\x08\x10\x20\x40\x80]\0|\0[\x01\x02\x04\x08])(?:\xff{8}|[\s\S]{5}\0{3})/],
  ['zstd', /^\x28\xb5\x2f\xfd/],
  ['lz4', /^\x04\x22\x4d\x18/],
  ['lzip', /^LZIP/],
  ['cab', /^MSCF/],
];

/** Archives and streams that are told by their first bytes and not opened: joblib writes some of them too. */
export const unreadArchives: readonly FormatScanner[] = magics.map(([format, magic]) => ({
  format,
  recognises: ({ head }) => magic.test(Buffer.from(head.subarray(0, 13)).toString('latin1')),
  scan({ source }, context) {
    context.find('archive.unread', `It is compressed as ${format}.`);
    new Cursor(source, 'archive.unread').stream(source.sizeBytes);
  },
}));
