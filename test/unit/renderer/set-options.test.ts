import { describe, expect, it } from 'vitest';
import {
  estimateVolumes,
  FAT32_FILE_BYTES,
  limitsOf,
  setOptions,
  type SetOptions,
} from '#renderer/features/transfers/set-options.ts';

const options = (change: Partial<SetOptions>): SetOptions => {
  return { split: false, volumeGigabytes: '32', largestFile: 'target', ...change };
};

describe('limits of a set', () => {
  it('leaves out what was not asked for', () => {
    expect(limitsOf(options({}))).toEqual({});
    expect(limitsOf(options({ split: true, volumeGigabytes: '0,5' }))).toEqual({ volumeBytes: 500_000_000 });
    expect(limitsOf(options({ largestFile: 'fat32' }))).toEqual({ maxFileBytes: FAT32_FILE_BYTES });
  });

  it('refuses a size that is none, but only when it counts', () => {
    for (const volumeGigabytes of ['', 'x', '0', '-1', '0.0001', 'Infinity']) {
      expect(setOptions.safeParse(options({ split: true, volumeGigabytes })).success).toBe(false);
      expect(setOptions.safeParse(options({ split: false, volumeGigabytes })).success).toBe(true);
    }
  });

  it('estimates volumes, or says that it cannot', () => {
    expect(estimateVolumes(50, undefined)).toBe(1);
    expect(estimateVolumes(50, 20)).toBe(3);
    expect(estimateVolumes(0, 20)).toBe(1);
    expect(estimateVolumes(50, Number.NaN)).toBeNull();
  });
});
