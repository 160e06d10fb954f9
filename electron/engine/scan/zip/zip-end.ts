import type { ByteSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';
import { Malformed } from '../malformed.ts';

/** What a zip's end says about its central directory. */
export interface ZipEnd {
  readonly entries: number;
  readonly directoryOffset: number;
  readonly directoryBytes: number;
  /** Where the records of the end start: right behind the central directory, if nothing is between. */
  readonly start: number;
  readonly commentBytes: number;
}

const END_BYTES = 22;
const END_SIGNATURE = 0x06054b50;
const END64_SIGNATURE = 0x06064b50;
const LOCATOR_BYTES = 20;
const LOCATOR_SIGNATURE = 0x07064b50;
const MAX_COMMENT = 0xffff;

/** Where the end record of a zip may start: its comment reaches exactly to the end of the source. */
function zipEndOffsets(source: ByteSource): readonly number[] {
  const start = Math.max(0, source.sizeBytes - END_BYTES - MAX_COMMENT);
  const tail = Buffer.from(source.read(start, source.sizeBytes - start));
  const found: number[] = [];
  for (
    let at = tail.indexOf('PK\x05\x06', 0, 'latin1');
    at >= 0;
    at = tail.indexOf('PK\x05\x06', at + 1, 'latin1')
  ) {
    if (at + END_BYTES <= tail.length && at + END_BYTES + tail.readUInt16LE(at + 20) === tail.length) {
      found.push(start + at);
    }
  }
  return found;
}

/** Reads the end of a zip (APPNOTE 4.3.14 to 4.3.16). Throws Malformed `zip.malformed`, `zip.zip64`, `zip.gap`. */
export function readZipEnd(source: ByteSource): ZipEnd {
  const [offset, ...others] = zipEndOffsets(source);
  if (offset === undefined) throw new Malformed('zip.malformed', 'It has no end record that ends with it.');
  if (others.length > 0)
    throw new Malformed('zip.malformed', 'It has two end records, and so two contents.', { offset });
  const cursor = new Cursor(source, 'zip.malformed', { start: offset });
  if (cursor.u32le() !== END_SIGNATURE) cursor.fail('There is no end record.');
  const [disk, directoryDisk, here, entries] = [
    cursor.u16le(),
    cursor.u16le(),
    cursor.u16le(),
    cursor.u16le(),
  ];
  const [directoryBytes, directoryOffset, commentBytes] = [cursor.u32le(), cursor.u32le(), cursor.u16le()];
  if (disk !== 0 || directoryDisk !== 0 || here !== entries)
    cursor.fail('It is spread over several disks.', offset);
  const short: ZipEnd = { entries, directoryOffset, directoryBytes, start: offset, commentBytes };
  return hasLocator(source, offset) ? readEnd64(source, short) : short;
}

function hasLocator(source: ByteSource, endOffset: number): boolean {
  if (endOffset < LOCATOR_BYTES) return false;
  return new Cursor(source, 'zip.zip64', { start: endOffset - LOCATOR_BYTES }).u32le() === LOCATOR_SIGNATURE;
}

/** The 64-bit end wins, and has to say the same as the short one where that says anything. */
function readEnd64(source: ByteSource, short: ZipEnd): ZipEnd {
  const locator = new Cursor(source, 'zip.zip64', { start: short.start - LOCATOR_BYTES + 4 });
  const [disk, offset, disks] = [locator.u32le(), locator.size64le(), locator.u32le()];
  const start = short.start - LOCATOR_BYTES - END64_BYTES;
  if (disk !== 0 || disks > 1 || offset !== start)
    locator.fail('Its 64-bit end record is not where it belongs.');
  const cursor = new Cursor(source, 'zip.zip64', { start });
  if (cursor.u32le() !== END64_SIGNATURE || cursor.size64le() !== END64_BYTES - 12) {
    cursor.fail('Its 64-bit end record is none.', start);
  }
  cursor.skip(4);
  const [here, directoryDisk] = [cursor.u32le(), cursor.u32le()];
  const [entriesHere, entries] = [cursor.size64le(), cursor.size64le()];
  const [directoryBytes, directoryOffset] = [cursor.size64le(), cursor.size64le()];
  const agree =
    here === 0 &&
    directoryDisk === 0 &&
    entriesHere === entries &&
    agrees(short.entries, entries, 0xffff) &&
    agrees(short.directoryBytes, directoryBytes, 0xffff_ffff) &&
    agrees(short.directoryOffset, directoryOffset, 0xffff_ffff);
  if (!agree) cursor.fail('Its two end records say different things.', start);
  return { ...short, entries, directoryOffset, directoryBytes, start };
}

const END64_BYTES = 56;

function agrees(short: number, long: number, saturated: number): boolean {
  return short === long || short === saturated;
}
