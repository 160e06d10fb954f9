/** A header block of a tar. */
export interface TarHeader {
  readonly name: string;
  readonly sizeBytes: number;
  readonly type: 'file' | 'folder' | 'L' | 'other';
  readonly typeFlag: string;
}

/** Is this the first block of a tar: ustar magic, and a checksum that holds? */
export function isTarHeader(block: Uint8Array): boolean {
  return block.length === 512 && readTarHeader(block) !== undefined;
}

/** Reads a header (POSIX.1-1988 ustar, GNU, and the older one without magic); undefined where its checksum does not hold. */
export function readTarHeader(block: Uint8Array): TarHeader | undefined {
  const bytes = Buffer.from(block);
  const checksum = octal(bytes, 148, 8);
  if (checksum === undefined || checksum !== sumOf(bytes)) return undefined;
  const sizeBytes = octal(bytes, 124, 12);
  const magic = bytes.toString('latin1', 257, 262);
  if (sizeBytes === undefined || (magic !== 'ustar' && magic !== '\0\0\0\0\0')) return undefined;
  const isPosix = bytes.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? text(bytes, 345, 155) : '';
  const name = text(bytes, 0, 100);
  const typeFlag = bytes.toString('latin1', 156, 157);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    sizeBytes,
    type: typeOf(typeFlag),
    typeFlag,
  };
}

function typeOf(flag: string): TarHeader['type'] {
  if (flag === '0' || flag === '\0') return 'file';
  if (flag === '5') return 'folder';
  return flag === 'L' ? 'L' : 'other';
}

/** The sum of all bytes, the checksum's own taken as spaces. */
function sumOf(bytes: Uint8Array): number {
  let sum = 8 * 0x20;
  for (const [index, byte] of bytes.entries()) if (index < 148 || index >= 156) sum += byte;
  return sum;
}

function octal(bytes: Buffer, start: number, length: number): number | undefined {
  const digits = /^ *([0-7]{1,12})[ \0]*$/.exec(bytes.toString('latin1', start, start + length))?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

/** Up to the first NUL; anything that is not UTF-8 shows as what no name may hold. */
function text(bytes: Buffer, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  const value = field.subarray(0, end < 0 ? length : end);
  const decoded = value.toString('utf8');
  return Buffer.compare(Buffer.from(decoded, 'utf8'), value) === 0 ? decoded : '\0';
}
