import { Malformed } from './malformed.ts';

/** How much work one file may cause; everything inside it (archives, nested streams) draws on the same. */
export interface BudgetLimits {
  /** Elementary steps: opcodes, entries, tensors, keys. */
  readonly maxSteps: number;
  /** Bytes that decompression may put out in all. */
  readonly maxInflatedBytes: number;
  /** Archives in archives. */
  readonly maxDepth: number;
}

export const defaultLimits: BudgetLimits = {
  maxSteps: 20_000_000,
  maxInflatedBytes: 2 * 1024 ** 3,
  maxDepth: 2,
};

/** Counts what a scan costs, and stops it when that is too much. Beyond it stands the worker's deadline. */
export class Budget {
  readonly #limits: BudgetLimits;
  #steps = 0;
  #inflated = 0;

  constructor(limits: BudgetLimits = defaultLimits) {
    this.#limits = limits;
  }

  get maxDepth(): number {
    return this.#limits.maxDepth;
  }

  /** Throws Malformed `limit.steps`. */
  step(count = 1): void {
    this.#steps += count;
    if (this.#steps > this.#limits.maxSteps) {
      throw new Malformed('limit.steps', `Reading it takes over ${this.#limits.maxSteps} steps.`);
    }
  }

  /** Throws Malformed `limit.inflated`. */
  inflate(bytes: number): void {
    this.#inflated += bytes;
    if (this.#inflated > this.#limits.maxInflatedBytes) {
      throw new Malformed(
        'limit.inflated',
        `It decompresses to over ${this.#limits.maxInflatedBytes} bytes.`,
      );
    }
  }

  /** What decompression may still put out. */
  get inflatableBytes(): number {
    return this.#limits.maxInflatedBytes - this.#inflated;
  }
}
