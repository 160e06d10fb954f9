import type { ByteSource } from './byte-source.ts';

/** A zip's end record and the longest comment behind it (APPNOTE.TXT 4.3.16). */
const RECORD_BYTES = 22;
const TAIL_BYTES = RECORD_BYTES + 0xffff;

/**
 * Where a zip's end record lies in what is no zip: readers of zips look from the end, so such a file is two things at once. Null
 * when there is none. Four bytes that only look like one do not count: the directory has to lie where the record says.
 */
export function findTrailingZip(source: ByteSource): number | null {
  const start = Math.max(0, source.sizeBytes - TAIL_BYTES);
  const tail = Buffer.from(source.read(start, source.sizeBytes - start));
  for (let at = tail.lastIndexOf('PK\u0005\u0006', undefined, 'latin1'); at >= 0;) {
    if (at + RECORD_BYTES <= tail.length) {
      const directoryBytes = tail.readUInt32LE(at + 12);
      const comment = tail.readUInt16LE(at + 20);
      const fits = at + RECORD_BYTES + comment <= tail.length;
      if (fits && directoryBytes <= start + at && hasDirectory(source, start + at - directoryBytes)) {
        return start + at;
      }
    }
    at = at === 0 ? -1 : tail.lastIndexOf('PK\u0005\u0006', at - 1, 'latin1');
  }
  return null;
}

function hasDirectory(source: ByteSource, offset: number): boolean {
  return Buffer.from(source.read(offset, 4)).toString('latin1') === 'PK\u0001\u0002';
}
