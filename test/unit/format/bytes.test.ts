import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatBytesExactly,
  formatCount,
  formatNoun,
  formatPercent,
  formatRate,
} from '#shared/format/bytes.ts';

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [2_327_524, '2.33 MB'],
    [14_213_456_789, '14.2 GB'],
    [4_294_967_296, '4.29 GB'],
    [2e15, '2.00 PB'],
    [-1, '–'],
    [Number.NaN, '–'],
  ])('writes %d as %s', (size, text) => expect(formatBytes(size)).toBe(text));

  it('never needs more than four digits below an exabyte', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_000_000_000_000 }), (size) => {
        expect(formatBytes(size)).toMatch(/^\d{1,3}(\.\d{1,2})? (B|kB|MB|GB|TB)$/);
      }),
    );
  });

  it('counts every byte for titles', () => {
    expect(formatBytesExactly(1)).toBe('1 byte');
    expect(formatBytesExactly(2_327_524)).toBe('2\u202f327\u202f524 bytes');
  });

  it('writes rates, and says when it does not know', () => {
    expect(formatRate(410_000_000)).toBe('410 MB/s');
    expect(formatRate(null)).toBe('estimating');
  });
});

describe('counts', () => {
  it('groups by three', () => {
    expect(formatCount(1204)).toBe('1\u202f204');
    expect(formatCount(204)).toBe('204');
    expect(formatNoun(1, 'file')).toBe('1 file');
    expect(formatNoun(31, 'file')).toBe('31 files');
    expect(formatNoun(2, 'entry', 'entries')).toBe('2 entries');
  });

  it('says 100 % only when all is done', () => {
    expect(formatPercent(999_999, 1_000_000)).toBe('99 %');
    expect(formatPercent(1_000_000, 1_000_000)).toBe('100 %');
    expect(formatPercent(0, 0)).toBe('100 %');
    expect(formatPercent(5, null)).toBeNull();
  });
});
