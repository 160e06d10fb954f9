import { describe, expect, it } from 'vitest';
import { parseSize, withUnit } from '#shared/format/parse-size.ts';

describe('sizes as people type them', () => {
  it.each([
    ['4700000000', 4_700_000_000],
    ['4.7G', 4_700_000_000],
    ['4,7 GB', 4_700_000_000],
    ['4Gi', 4 * 2 ** 30],
    ['59.6 GiB', Math.floor(59.6 * 2 ** 30)],
    ['700mb', 700_000_000],
    [' .5 kB ', 500],
    ['12 B', 12],
    ['0', 0],
  ])('%j is %i bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it('counts a number alone in gigabytes where a field says so', () => {
    expect(parseSize('64', 'G')).toBe(64e9);
    expect(parseSize('0,5', 'G')).toBe(5e8);
    expect(parseSize('64 B', 'G')).toBe(64);
    expect(withUnit('64')).toBe('64 GB');
    expect(withUnit(' 59.6 GiB ')).toBe('59.6 GiB');
  });

  it.each(['', '-1', '1e3', 'Infinity', '1.2.3', '5 XB', 'GB', '1 2', '9'.repeat(30)])(
    '%j is none',
    (text) => {
      expect(parseSize(text)).toBeNull();
    },
  );
});
