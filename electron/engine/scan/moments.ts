import type { TensorStatistics } from '#shared/contract/scan.ts';
import type { BlockSums } from './vector/float-kernel.ts';

type Numbers = Float64Array | Int32Array | Uint32Array;

/** What is kept of many numbers: counts of the special ones, the extremes, the sum and the sum of squares of the finite ones. */
export class Moments {
  #nan = 0;
  #inf = 0;
  #zero = 0;
  #finite = 0;
  #min = Infinity;
  #max = -Infinity;
  #sum = 0;
  #squares = 0;

  /** The same value `count` times. */
  addValue(value: number, count: number): void {
    if (Number.isNaN(value)) this.#nan += count;
    else if (!Number.isFinite(value)) this.#inf += count;
    else {
      if (value === 0) this.#zero += count;
      if (value < this.#min) this.#min = value;
      if (value > this.#max) this.#max = value;
      this.#finite += count;
      this.#sum += value * count;
      this.#squares += value * value * count;
    }
  }

  /** The first `length` of some numbers. Four sums in turn, so that no addition waits for the one before. */
  addBlock(values: Numbers, length: number): void {
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    let [q0, q1, q2, q3] = [0, 0, 0, 0];
    let min = values[0] ?? 0;
    let max = min;
    let zero = 0;
    const whole = length - (length % 4);
    for (let i = 0; i < whole; i += 4) {
      const a = values[i] as number;
      const b = values[i + 1] as number;
      const c = values[i + 2] as number;
      const d = values[i + 3] as number;
      s0 += a;
      s1 += b;
      s2 += c;
      s3 += d;
      q0 += a * a;
      q1 += b * b;
      q2 += c * c;
      q3 += d * d;
      if (a < min) min = a;
      else if (a > max) max = a;
      if (b < min) min = b;
      else if (b > max) max = b;
      if (c < min) min = c;
      else if (c > max) max = c;
      if (d < min) min = d;
      else if (d > max) max = d;
      if (a === 0) zero++;
      if (b === 0) zero++;
      if (c === 0) zero++;
      if (d === 0) zero++;
    }
    const squares = q0 + q1 + q2 + q3;
    if (!Number.isFinite(squares)) {
      // Something in the block is not finite (or its square is not): one by one, then.
      for (let i = 0; i < length; i++) this.addValue(values[i] as number, 1);
      return;
    }
    for (let i = whole; i < length; i++) this.addValue(values[i] as number, 1);
    if (whole === 0) return;
    this.addSums({ sum: s0 + s1 + s2 + s3, squares, min, max, zeros: zero }, whole);
  }

  /** What `count` finite numbers add up to. */
  addSums(sums: Omit<BlockSums, 'isPlain'>, count: number): void {
    this.#finite += count;
    this.#zero += sums.zeros;
    this.#sum += sums.sum;
    this.#squares += sums.squares;
    this.#min = Math.min(this.#min, sums.min);
    this.#max = Math.max(this.#max, sums.max);
  }

  /** Numbers that JSON cannot hold, and those of nothing, are null. */
  statistics(): TensorStatistics {
    const some = this.#finite > 0;
    return {
      nan: this.#nan,
      inf: this.#inf,
      zero: this.#zero,
      min: some ? this.#min : null,
      max: some ? this.#max : null,
      mean: some ? finite(this.#sum / this.#finite) : null,
      norm: some ? finite(Math.sqrt(this.#squares)) : null,
    };
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
