/** Bytes of a tar block: headers are one, payload is filled up to whole ones (POSIX.1-2017, pax, "ustar Interchange Format"). */
export const BLOCK_BYTES = 512;

/** A header block as it stands, numbers and names decoded, nothing judged. */
export interface TarHeader {
  readonly name: string;
  readonly sizeBytes: number;
  /** One character; `0` for a regular file in either spelling. */
  readonly type: string;
  readonly linkName: string;
}

/** Reads a header block. A string is the reason why it is none; null is a block of zeros, which ends an archive. */
export function parseTarHeader(block: Uint8Array): TarHeader | string | null {
  if (block.every((byte) => byte === 0)) return null;
  const stated = readOctal(block, 148, 8);
  if (stated === null || stated !== checksumOf(block)) return 'the header’s checksum does not hold';
  const magic = latin1(block.subarray(257, 265));
  // POSIX: "ustar\0" and "00"; GNU: "ustar  \0". Older archives have no names beyond 100 bytes and no way to tell them.
  if (magic !== 'ustar\u000000' && magic !== 'ustar  \u0000')
    return 'it is neither a ustar, pax nor GNU header';
  const sizeBytes = readNumber(block, 124, 12);
  if (sizeBytes === null) return 'its size is not a number';
  const name = readName(block, 0, 100);
  const prefix = magic === 'ustar  \u0000' ? '' : readName(block, 345, 155);
  const linkName = readName(block, 157, 100);
  if (name === null || prefix === null || linkName === null) return 'a name in it is not UTF-8';
  const flag = String.fromCharCode(block[156] ?? 0);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    sizeBytes,
    type: flag === '\u0000' ? '0' : flag,
    linkName,
  };
}

/** Records of a pax extended header, `length keyword=value\n`; null when it is not written as it must be. */
export function parsePaxRecords(bytes: Uint8Array): Map<string, string> | null {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const digits = latin1(bytes.subarray(at, space));
    const length = Number(digits);
    if (space < 0 || !/^[1-9][0-9]{0,6}$/.test(digits) || at + length > bytes.length) return null;
    const record = utf8(bytes.subarray(space + 1, at + length));
    const equals = record?.indexOf('=') ?? -1;
    if (record === null || equals < 1 || !record.endsWith('\n')) return null;
    const keyword = record.slice(0, equals);
    if (records.has(keyword)) return null;
    records.set(keyword, record.slice(equals + 1, -1));
    at += length;
  }
  return records;
}

/** A GNU long name: text up to the first NUL; null when it is not UTF-8. */
export function parseLongName(bytes: Uint8Array): string | null {
  return readName(bytes, 0, bytes.length);
}

/** The sum of all bytes, those of the checksum itself counted as spaces. */
function checksumOf(block: Uint8Array): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < BLOCK_BYTES; at++) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum;
}

/** Octal digits, or GNU's base 256 for what does not fit: the first byte is 0x80, the rest a big-endian number. */
function readNumber(block: Uint8Array, at: number, length: number): number | null {
  if (((block[at] ?? 0) & 0x80) === 0) return readOctal(block, at, length);
  if (block[at] !== 0x80) return null;
  let value = 0;
  for (const byte of block.subarray(at + 1, at + length)) value = value * 256 + byte;
  return Number.isSafeInteger(value) ? value : null;
}

function readOctal(block: Uint8Array, at: number, length: number): number | null {
  const text = latin1(block.subarray(at, at + length));
  const digits = /^ *([0-7]+)[ \u0000]*$/.exec(text)?.[1];
  return digits === undefined ? null : parseInt(digits, 8);
}

function readName(bytes: Uint8Array, at: number, length: number): string | null {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return utf8(end < 0 ? field : field.subarray(0, end));
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
