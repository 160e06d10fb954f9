import type { ByteSource } from './byte-source.ts';

/** Large enough to be quick, small enough for any number of files at once. */
const PIECE_BYTES = 1024 * 1024;

/** Reads `source` (or its part from `start` to `end`) in order and in pieces; `each` may keep none of them. */
export function readThrough(
  source: ByteSource,
  each: (bytes: Uint8Array, offset: number) => void = () => {},
  start = 0,
  end = source.sizeBytes,
): void {
  const memory = new Uint8Array(Math.max(0, Math.min(PIECE_BYTES, end - start)));
  for (let at = start; at < end;) {
    const bytes = source.read(at, Math.min(PIECE_BYTES, end - at), memory);
    if (bytes.length === 0) return;
    each(bytes, at);
    at += bytes.length;
  }
}
