import { crc32 } from 'node:zlib';
import { type ByteSource, rangeSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';
import type { ScanContext } from '../format-scanner.ts';
import { inflateAll } from '../inflate/inflated.ts';
import { Inflater } from '../inflate/inflater.ts';
import { Malformed } from '../malformed.ts';
import { shown } from '../shown.ts';
import { DEFLATED, FLAG_ENCRYPTED, STORED, type ZipEntry } from './zip-entry.ts';

/**
 * A member's content with its CRC recomputed over every byte, which reads it all. Undefined where it cannot be read: encrypted, or
 * by another method, of which there is a finding already. Throws Malformed where it does not decompress to what it states.
 */
export function openMember(
  archive: ByteSource,
  entry: ZipEntry,
  context: Pick<ScanContext, 'budget' | 'find'>,
): ByteSource | undefined {
  if ((entry.flags & FLAG_ENCRYPTED) !== 0) return undefined;
  const { name, dataOffset, compressedBytes, sizeBytes, method } = entry;
  const data = rangeSource(archive, dataOffset, compressedBytes);
  const where = { offset: dataOffset, subject: name };
  if (method === STORED) {
    if (compressedBytes !== sizeBytes)
      throw new Malformed('zip.mismatch', `${shown(name)} has two sizes.`, where);
    checkCrc(entry, crcOf(data), context);
    return data;
  }
  if (method !== DEFLATED) return undefined;
  const rule = 'zip.mismatch';
  const inflated = inflateAll(() => new Inflater(data, rule), context.budget, { maxBytes: sizeBytes, rule });
  if (inflated.source.sizeBytes !== sizeBytes || inflated.end !== compressedBytes) {
    throw new Malformed(rule, `${shown(name)} does not decompress to the size that it states.`, where);
  }
  checkCrc(entry, inflated.crc32, context);
  return inflated.source;
}

/** A CRC of zero was not computed, as torch's option says; a wrong one means that members were exchanged or damaged. */
function checkCrc(
  { name, crc32: stated, dataOffset }: ZipEntry,
  found: number,
  { find }: Pick<ScanContext, 'find'>,
): void {
  if (found === stated) return;
  const place = { offset: dataOffset, subject: name };
  if (stated === 0) find('zip.crc-absent', `${shown(name)} comes without a CRC.`, place);
  else find('zip.crc', `${shown(name)} has another CRC than it states.`, place);
}

function crcOf(source: ByteSource): number {
  let crc = 0;
  new Cursor(source, 'zip.malformed').stream(source.sizeBytes, (piece) => {
    crc = crc32(piece, crc);
  });
  return crc;
}
