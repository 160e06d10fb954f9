import { describe, expect, it } from 'vitest';
import { parseCount, parseRelease, parseSize, parseTime } from '../../../electron/cli/arguments.ts';

describe('arguments', () => {
  it.each([
    ['4700000000', 4_700_000_000],
    ['4.7G', 4_700_000_000],
    ['4Gi', 4_294_967_296],
    ['512MB', 512_000_000],
    ['64Ki', 65_536],
    ['1.5T', 1_500_000_000_000],
  ])('reads the size %s', (text, bytes) => expect(parseSize(text)).toBe(bytes));

  it.each(['', '-1', '4 giga', 'G', '1e9', '0x10'])('refuses the size %j', (text) =>
    expect(() => parseSize(text)).toThrow(),
  );

  it('reads a release', () => {
    expect(parseRelease('silero-vad@5.0.0')).toEqual({ model: 'silero-vad', version: '5.0.0' });
    for (const text of ['silero-vad', '@5.0.0', 'silero-vad@', '']) {
      expect(() => parseRelease(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    }
  });

  it('reads times that name their zone, and days', () => {
    expect(parseTime('2026-03-03')).toBe('2026-03-03T00:00:00.000Z');
    expect(parseTime('2026-03-03T14:00+01:00')).toBe('2026-03-03T13:00:00.000Z');
    expect(parseTime('2026-03-03T14:00:05.25Z')).toBe('2026-03-03T14:00:05.250Z');
    for (const text of ['', 'yesterday', '2026-03-03T14:00', '3 March 2026', '2026-13-01']) {
      expect(() => parseTime(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    }
  });

  it('reads whole numbers above 0', () => {
    expect(parseCount('3')).toBe(3);
    for (const text of ['0', '-1', '1.5', 'x', '']) expect(() => parseCount(text)).toThrow();
  });
});
