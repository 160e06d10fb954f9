/**
 * Bytes that are looked at and never run: a file, a range of one, or bytes in memory. Reading blocks, since scanning has a
 * worker thread to itself; who makes a source for a file decides how it is opened.
 */
export interface ByteSource {
  readonly sizeBytes: number;
  /**
   * The bytes from `offset` on, fewer than `length` only where the source ends. The caller may keep but not change them. `lent`
   * is memory for the answer, which then lasts until the caller lends it again; a source that has the bytes already leaves it.
   */
  read(offset: number, length: number, lent?: Uint8Array): Uint8Array;
}

/** A source over bytes in memory. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: (offset, length) => bytes.subarray(Math.min(offset, bytes.length), offset + length),
  };
}

/** A part of another source as a source of its own; `offset` and `length` lie inside it. */
export function rangeSource(source: ByteSource, offset: number, length: number): ByteSource {
  return {
    sizeBytes: length,
    read: (at, wanted, lent) => source.read(offset + at, Math.max(0, Math.min(wanted, length - at)), lent),
  };
}
