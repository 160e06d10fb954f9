/** Bytes `start` to `end` of a file, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The ranges of bad chunks, in order, neighbours joined, each within the expected size; what a file of `foundBytes` lacks
 * or has too much is bad too.
 */
export function rangesOf(
  badChunks: readonly number[],
  chunkBytes: number,
  expectedBytes: number,
  foundBytes: number,
): ByteRange[] {
  const ranges = [...badChunks]
    .sort((a, b) => a - b)
    .map((chunk) => ({
      start: chunk * chunkBytes,
      end: Math.min((chunk + 1) * chunkBytes, expectedBytes) - 1,
    }));
  if (foundBytes !== expectedBytes) {
    ranges.push({
      start: Math.min(foundBytes, expectedBytes),
      end: Math.max(foundBytes, expectedBytes) - 1,
    });
  }
  return joinRanges(ranges);
}

/** The same bytes as ranges in ascending order that do not touch. */
export function joinRanges(ranges: readonly ByteRange[]): ByteRange[] {
  const joined: ByteRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last !== undefined && range.start <= last.end + 1) {
      joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else joined.push(range);
  }
  return joined;
}

/** `bytes 117440512-134217727`, as checks name a range. */
export function formatRange(range: ByteRange): string {
  return `bytes ${range.start}-${range.end}`;
}
