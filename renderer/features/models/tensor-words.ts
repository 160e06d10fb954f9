import type { PlacedTensor, TensorChange, TensorCounts } from '#shared/contract/comparison.ts';
import type { TensorStatistics } from '#shared/contract/scan.ts';
import { formatCount } from '#shared/format/bytes.ts';

/** The statistics of a tensor in the order they are shown: counts first, then values. */
export const statisticNames = ['nan', 'inf', 'zero', 'min', 'max', 'mean', 'norm'] as const;
export type StatisticName = (typeof statisticNames)[number];

/** What a person reads for each. */
export const statisticLabels: Record<StatisticName, string> = {
  nan: 'NaN',
  inf: 'Inf',
  zero: 'zero',
  min: 'min',
  max: 'max',
  mean: 'mean',
  norm: 'norm',
};

const counted: readonly StatisticName[] = ['nan', 'inf', 'zero'];

/** A number with four significant digits and no more letters than it needs: `0.01234`, `1.20e-7`; `–` when there is none. */
export function formatSignificant(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) return toMinus(value.toExponential(2));
  return toMinus(String(Number(value.toPrecision(4))));
}

/** A minus sign as wide as a digit. */
function toMinus(text: string): string {
  return text.replaceAll('-', '\u2212');
}

/** A statistic as a person reads it; counts in full. */
export function formatStatistic(
  name: StatisticName,
  statistics: TensorStatistics | null | undefined,
): string {
  const value = statistics?.[name];
  if (value === null || value === undefined) return '–';
  return counted.includes(name) ? formatCount(value) : formatSignificant(value);
}

/** How a statistic moved: `+0.0012`, `−3`, `=` when it did not; `–` when a side has none. */
export function formatDelta(
  name: StatisticName,
  before: TensorStatistics | null | undefined,
  after: TensorStatistics | null | undefined,
): string {
  const [from, to] = [before?.[name], after?.[name]];
  if (from === null || from === undefined || to === null || to === undefined) return '–';
  if (from === to) return '=';
  const difference = to - from;
  const text = counted.includes(name)
    ? formatCount(Math.abs(difference))
    : formatSignificant(Math.abs(difference));
  return `${difference > 0 ? '+' : '\u2212'}${text}`;
}

/** What stands in a statistic's column: how it moved where both sides differ, else its value on the side that has it. */
export function statisticCell({ change, before, after }: TensorChange, name: StatisticName): string {
  return change === 'changed' || change === 'retyped'
    ? formatDelta(name, before?.statistics, after?.statistics)
    : formatStatistic(name, (after ?? before)?.statistics);
}

/** `BF16 512 × 512`; a tensor without dimensions is a single number. */
export function describeType({ dtype, shape }: Pick<PlacedTensor, 'dtype' | 'shape'>): string {
  return `${dtype} ${shape.length === 0 ? 'scalar' : shape.join(' × ')}`;
}

/** Type and shape, with both sides where they differ. */
export function describeTypes({ before, after }: Pick<TensorChange, 'before' | 'after'>): string {
  const types = [before, after].filter((side) => side !== null).map(describeType);
  return [...new Set(types)].join(' → ');
}

/** How many differ, in words and only those kinds that occur: `3 changed, 1 added, 287 identical`. */
export function describeCounts(counts: TensorCounts): string {
  const kinds = ['changed', 'retyped', 'moved', 'added', 'removed', 'identical'] as const;
  const parts = kinds
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${formatCount(counts[kind])} ${kind}`);
  return parts.length === 0 ? 'no tensors' : parts.join(', ');
}

/** How many are not identical. */
export function countDifferences(counts: TensorCounts): number {
  return counts.changed + counts.retyped + counts.moved + counts.added + counts.removed;
}
