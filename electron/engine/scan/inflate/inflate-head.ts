import { constants, gunzipSync, inflateSync } from 'node:zlib';

/** What is unpacked of a value to see what is in it. */
const MAX_INFLATED = 1024 * 1024;

/**
 * The start of what a value in memory was compressed from by gzip or zlib; undefined where it was not, or where it does not
 * begin as they do. What is cut off or over the limit is left out.
 */
export function inflateHead(bytes: Uint8Array): Uint8Array | undefined {
  const unpack = unpackerOf(bytes);
  if (unpack === undefined) return undefined;
  try {
    return unpack(bytes, { maxOutputLength: MAX_INFLATED, finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return undefined;
  }
}

function unpackerOf([first = 0, second = 0]: Uint8Array): typeof inflateSync | undefined {
  if (first === 0x1f && second === 0x8b) return gunzipSync;
  return (first & 0x0f) === 8 && first >> 4 <= 7 && ((first << 8) | second) % 31 === 0
    ? inflateSync
    : undefined;
}
