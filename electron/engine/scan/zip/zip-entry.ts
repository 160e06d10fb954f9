/** One member of a zip, as central directory and local header agree on it. */
export interface ZipEntry {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly method: number;
  readonly flags: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  /** Of the local header, in the archive. */
  readonly headerOffset: number;
  /** Of the member's bytes, in the archive. */
  readonly dataOffset: number;
  /** Behind its bytes and its descriptor. */
  readonly end: number;
}

export const STORED = 0;
export const DEFLATED = 8;
export const FLAG_ENCRYPTED = 0x1 | 0x40 | 0x2000;
export const FLAG_DESCRIPTOR = 0x8;
export const FLAG_UTF8 = 0x800;
/** How hard a compressor tried; means nothing to a reader. */
export const FLAG_EFFORT = 0x6;
