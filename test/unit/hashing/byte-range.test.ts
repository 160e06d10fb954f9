import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRange, rangesOf } from '#engine/hashing/byte-range.ts';

const CHUNK = 16 * 1024 * 1024;

describe('rangesOf', () => {
  it('names the bytes of a bad chunk as an operator reads them', () => {
    const [range] = rangesOf([7], CHUNK, 20 * CHUNK, 20 * CHUNK);
    expect(range && formatRange(range)).toBe('bytes 117440512-134217727');
  });

  it('ends the last chunk where the file ends', () => {
    expect(rangesOf([1], CHUNK, CHUNK + 10, CHUNK + 10)).toEqual([{ start: CHUNK, end: CHUNK + 9 }]);
  });

  it('joins neighbours, whatever order workers found them in', () => {
    expect(rangesOf([5, 3, 4, 9], 10, 100, 100)).toEqual([
      { start: 30, end: 59 },
      { start: 90, end: 99 },
    ]);
  });

  it('names what a file lacks and what it has too much', () => {
    expect(rangesOf([2], 10, 30, 25)).toEqual([{ start: 20, end: 29 }]);
    expect(rangesOf([], 10, 30, 32)).toEqual([{ start: 30, end: 31 }]);
  });

  it('covers exactly the bytes of the bad chunks', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(20)),
        fc.integer({ min: 1, max: 16 }),
        fc.integer({ min: 1, max: 16 }),
        (chunks, chunkBytes, lastBytes) => {
          const size = 20 * chunkBytes + Math.min(lastBytes, chunkBytes);
          const ranges = rangesOf(chunks, chunkBytes, size, size);
          const covered = new Set<number>();
          for (const { start, end } of ranges) for (let at = start; at <= end; at++) covered.add(at);
          for (let at = 0; at < size; at++) {
            expect(covered.has(at)).toBe(chunks.includes(Math.floor(at / chunkBytes)));
          }
          for (let n = 1; n < ranges.length; n++) {
            expect(ranges[n]?.start).toBeGreaterThan((ranges[n - 1]?.end ?? 0) + 1);
          }
        },
      ),
    );
  });
});
