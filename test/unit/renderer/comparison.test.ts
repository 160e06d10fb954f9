import { describe, expect, it } from 'vitest';
import type { TensorChange } from '#shared/contract/comparison.ts';
import type { ReleaseDiff } from '#shared/contract/releases.ts';
import { withMoves } from '../../../renderer/features/models/file-changes.ts';
import {
  describeCounts,
  describeTypes,
  formatDelta,
  formatSignificant,
  statisticCell,
} from '../../../renderer/features/models/tensor-words.ts';

const numbers = { nan: 0, inf: 0, zero: 2, min: -1, max: 1, mean: 0.5, norm: 3 };

describe('numbers of tensors', () => {
  it('keep four digits and never hide a small one as zero', () => {
    expect(formatSignificant(0.123456)).toBe('0.1235');
    expect(formatSignificant(-1.2e-7)).toBe('\u22121.20e\u22127');
    expect(formatSignificant(0)).toBe('0');
    expect(formatSignificant(null)).toBe('–');
  });

  it('move by a signed difference, or say that they did not', () => {
    expect(formatDelta('nan', numbers, { ...numbers, nan: 1200 })).toBe('+1\u202f200');
    expect(formatDelta('mean', numbers, { ...numbers, mean: 0.25 })).toBe('\u22120.25');
    expect(formatDelta('max', numbers, numbers)).toBe('=');
    expect(formatDelta('max', numbers, null)).toBe('–');
  });

  it('stand as they are where only one side has the tensor', () => {
    const tensor = { name: 't', path: 'a', dtype: 'F32', shape: [2, 3], statistics: numbers };
    const added = { name: 't', change: 'added', before: null, after: tensor } as unknown as TensorChange;
    expect(statisticCell(added, 'norm')).toBe('3');
    expect(describeTypes(added)).toBe('F32 2 × 3');
    const retyped = { ...added, before: { ...tensor, dtype: 'BF16', shape: [] } } as unknown as TensorChange;
    expect(describeTypes(retyped)).toBe('BF16 scalar → F32 2 × 3');
  });

  it('are counted by the kinds that occur', () => {
    const counts = { identical: 288, changed: 3, retyped: 0, moved: 0, added: 0, removed: 0 };
    expect(describeCounts(counts)).toBe('3 changed, 288 identical');
  });
});

describe('files that moved', () => {
  const file = (path: string, digest: string) => ({
    path,
    digest,
    role: 'weight' as const,
    mediaType: '',
    sizeBytes: 1,
  });
  const removed = (path: string, digest: string): ReleaseDiff['files'][number] => {
    return { path, change: 'removed', before: file(path, digest) };
  };
  const added = (path: string, digest: string): ReleaseDiff['files'][number] => {
    return { path, change: 'added', after: file(path, digest) };
  };

  it('are one row under their new path', () => {
    const rows = withMoves([removed('old', 'x'), added('new', 'x'), added('other', 'y')]);
    expect(rows.map(({ path, change, before }) => [path, change, before?.path])).toEqual([
      ['new', 'moved', 'old'],
      ['other', 'added', undefined],
    ]);
  });

  it('are paired once: a second copy was added', () => {
    const rows = withMoves([removed('old', 'x'), added('a', 'x'), added('b', 'x')]);
    expect(rows.map(({ change }) => change)).toEqual(['moved', 'added']);
  });
});
