import type { ByteSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';
import type { ScanContext } from '../format-scanner.ts';
import { shown } from '../shown.ts';
import { FLAG_DESCRIPTOR, type ZipEntry } from './zip-entry.ts';
import { readExtra } from './zip-extra.ts';

const LOCAL_SIGNATURE = 0x04034b50;
const DESCRIPTOR_SIGNATURE = 0x08074b50;
/** A header with the usual name and fields; what follows is the member's data. */
const WINDOW_BYTES = 512;

/** What the central directory says about a member. */
export interface CentralHeader {
  readonly name: string;
  /** Could the name be decoded? */
  readonly isNameText: boolean;
  readonly rawName: Uint8Array;
  readonly renames: boolean;
  readonly commentBytes: number;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly sizeBytes: number;
  readonly compressedBytes: number;
  readonly headerOffset: number;
  readonly unixMode: number;
  /** Of the entry in the central directory. */
  readonly offset: number;
}

/** The local header of a member, compared with what the central directory says; where they differ, that is a finding. */
export function readLocalHeader(
  source: ByteSource,
  central: CentralHeader,
  { find }: Pick<ScanContext, 'find'>,
): ZipEntry {
  const cursor = new Cursor(source, 'zip.malformed', {
    start: Math.min(central.headerOffset, source.sizeBytes),
    windowBytes: WINDOW_BYTES,
  });
  if (cursor.u32le() !== LOCAL_SIGNATURE) cursor.fail('There is no local header.', central.headerOffset);
  cursor.skip(2);
  const [flags, method] = [cursor.u16le(), cursor.u16le()];
  cursor.skip(4);
  const [crc32, compressed, size] = [cursor.u32le(), cursor.u32le(), cursor.u32le()];
  const [nameBytes, extraBytes] = [cursor.u16le(), cursor.u16le()];
  const rawName = cursor.bytes(nameBytes).slice();
  const extra = readExtra(cursor, extraBytes);
  const [sizeBytes, compressedBytes] = extra.wide(size, compressed).sizes;
  const streamed = (flags & FLAG_DESCRIPTOR) !== 0;
  const agrees = (local: number, stated: number) => local === stated || (streamed && local === 0);
  const differences = [
    Buffer.compare(rawName, central.rawName) === 0
      ? ''
      : `the name ${shown(Buffer.from(rawName).toString('latin1'))}`,
    flags === central.flags ? '' : 'other flags',
    method === central.method ? '' : 'another method',
    agrees(crc32, central.crc32) ? '' : 'another CRC',
    agrees(sizeBytes, central.sizeBytes) && agrees(compressedBytes, central.compressedBytes)
      ? ''
      : 'other sizes',
    extra.renames === central.renames ? '' : 'other fields',
  ].filter((difference) => difference !== '');
  const place = { offset: central.headerOffset, subject: central.name };
  if (differences.length > 0) {
    find('zip.mismatch', `The local header of ${shown(central.name)} has ${differences.join(', ')}.`, place);
  }
  const dataOffset = cursor.offset;
  cursor.skip(central.compressedBytes);
  if (streamed && !readDescriptor(cursor, central)) {
    find('zip.mismatch', `What follows ${shown(central.name)} does not agree with its entry.`, place);
  }
  const { name, crc32: stated, headerOffset } = central;
  return {
    name,
    isDirectory: name.endsWith('/'),
    method: central.method,
    flags: central.flags,
    crc32: stated,
    compressedBytes: central.compressedBytes,
    sizeBytes: central.sizeBytes,
    headerOffset,
    dataOffset,
    end: cursor.offset,
  };
}

/** CRC and sizes behind a member (APPNOTE 4.3.9), in 32 or in 64 bits; passed over when they agree. */
function readDescriptor(cursor: Cursor, { crc32, sizeBytes, compressedBytes }: CentralHeader): boolean {
  const start = cursor.offset;
  if (cursor.remaining < 16) return false;
  if (cursor.u32le() !== DESCRIPTOR_SIGNATURE || cursor.u32le() !== crc32) {
    cursor.seek(start);
    return false;
  }
  const sizes = cursor.offset;
  if (cursor.u32le() === compressedBytes && cursor.u32le() === sizeBytes) return true;
  cursor.seek(sizes);
  if (cursor.remaining >= 16 && cursor.size64le() === compressedBytes && cursor.size64le() === sizeBytes)
    return true;
  cursor.seek(start);
  return false;
}
