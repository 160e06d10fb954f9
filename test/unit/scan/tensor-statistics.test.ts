import { describe, expect, it } from 'vitest';
import type { TensorStatistics } from '#shared/contract/scan.ts';
import { bfloat16Values, float16Values } from '#engine/scan/float-tables.ts';
import { StatisticsMaker } from '#engine/scan/tensor-statistics.ts';
import { Random } from '../../fixtures/scan/random.ts';

const maker = new StatisticsMaker();

function found(dtype: string, bytes: Uint8Array): TensorStatistics {
  const feed = maker.feed(dtype, bytes.length);
  feed?.update(bytes);
  const statistics = feed?.finish();
  if (!statistics) throw new Error(`no statistics of ${dtype}`);
  return statistics;
}

/** Compares with the same said as simply as can be: sums as close as another order of additions brings them, the rest exactly. */
function expectRight(dtype: string, bytes: Uint8Array, values: readonly number[]): void {
  const finite = values.filter(Number.isFinite);
  const { mean, norm, ...exact } = found(dtype, bytes);
  expect(exact).toEqual({
    nan: values.filter(Number.isNaN).length,
    inf: values.filter((value) => Math.abs(value) === Infinity).length,
    zero: finite.filter((value) => value === 0).length,
    min: finite.length === 0 ? null : finite.reduce((a, b) => Math.min(a, b)),
    max: finite.length === 0 ? null : finite.reduce((a, b) => Math.max(a, b)),
  });
  if (finite.length === 0) return;
  const magnitude = finite.reduce((sum, value) => sum + Math.abs(value), 0) / finite.length;
  const expectedMean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
  const expectedNorm = Math.sqrt(finite.reduce((sum, value) => sum + value * value, 0));
  expect(Math.abs((mean ?? NaN) - expectedMean)).toBeLessThanOrEqual(magnitude * 1e-12);
  expect(Math.abs((norm ?? NaN) - expectedNorm)).toBeLessThanOrEqual(expectedNorm * 1e-12);
}

const halfTypes = [
  ['BF16', bfloat16Values()],
  ['F16', float16Values()],
] as const;

describe('statistics of floating-point numbers', () => {
  it.each(halfTypes)('know every finite %s, in vectors and one by one', (dtype, table) => {
    const patterns = Uint16Array.from(table.keys()).filter((bits) => Number.isFinite(table[bits]));
    // In any vector of eight the same pattern, so that no other one hides what it is taken for.
    for (const bits of patterns) {
      const value = table[bits] ?? NaN;
      const { min, max, zero } = found(dtype, new Uint8Array(new Uint16Array(8).fill(bits).buffer));
      if (min !== value || max !== value || (zero === 8) !== (value === 0)) {
        expect([bits, min, max, zero]).toEqual([bits, value, value, value === 0 ? 8 : 0]);
      }
    }
    const values = Array.from(patterns, (bits) => table[bits] ?? NaN);
    expectRight(dtype, new Uint8Array(patterns.buffer), values);
  });

  it.each(halfTypes)('count what is not finite of %s wherever it stands', (dtype, table) => {
    const random = new Random(7);
    for (const length of [1, 7, 8, 9, 40_000, 65_537]) {
      const patterns = Uint16Array.from({ length }, () => random.below(0x10000));
      const values = Array.from(patterns, (bits) => table[bits] ?? NaN);
      expectRight(dtype, new Uint8Array(patterns.buffer), values);
    }
  });

  it('are right for F32 of any length, with one odd number at any place and without', () => {
    const random = new Random(8);
    for (const length of [1, 3, 4, 5, 16_383, 16_384, 16_385, 50_001]) {
      for (const odd of [undefined, NaN, Infinity, -Infinity, -0, 3.4e38]) {
        const values = Float32Array.from(
          { length },
          () => (random.below(2 ** 24) - 2 ** 23) * 2 ** -random.below(60),
        );
        if (odd !== undefined) values[random.below(length)] = odd;
        expectRight('F32', new Uint8Array(values.buffer), [...values]);
      }
    }
  });

  it('are none of nothing but NaN', () => {
    const statistics = found('F32', new Uint8Array(new Float32Array(64).fill(NaN).buffer));
    expect(statistics).toEqual({ nan: 64, inf: 0, zero: 0, min: null, max: null, mean: null, norm: null });
  });

  it('keep two tensors apart whose bytes come in turn', () => {
    const ones = new Uint8Array(new Float32Array(40_000).fill(1).buffer);
    const twos = new Uint8Array(new Float32Array(40_000).fill(2).buffer);
    const [one, two] = [
      new StatisticsMaker().feed('F32', 160_000),
      new StatisticsMaker().feed('F32', 160_000),
    ];
    for (let at = 0; at < 160_000; at += 10_000) {
      one?.update(ones.subarray(at, at + 10_000));
      two?.update(twos.subarray(at, at + 10_000));
    }
    expect([one?.finish()?.max, two?.finish()?.max, two?.finish()?.min]).toEqual([1, 2, 2]);
  });
});
