import type { TensorStatistics } from '#shared/contract/scan.ts';
import {
  bfloat16Values,
  float16Values,
  float8E4M3FnuzValues,
  float8E4M3Values,
  float8E5M2FnuzValues,
  float8E5M2Values,
  float8E8M0Values,
  integerValues,
} from './float-tables.ts';
import { Moments } from './moments.ts';
import { BLOCK_BYTES, type FloatKernel, floatKernel, type FloatType } from './vector/float-kernel.ts';

/** Takes a tensor's bytes in blocks of any length and gives its statistics. */
export interface StatisticsFeed {
  update(bytes: Uint8Array): void;
  /** Null when the bytes are no whole number of elements. */
  finish(): TensorStatistics | null;
}

/** How the elements of a type are counted: over a block of memory of its own, as many elements as are said. */
interface Kernel {
  readonly elementBytes: number;
  /** BLOCK_BYTES long; nothing but this kernel uses it between being filled and being counted. */
  readonly block: Uint8Array;
  count(elements: number): void;
  finish(): TensorStatistics;
}

/** Below this many elements a 16-bit type's patterns are looked up one by one; above, counted first. */
const FEW_ELEMENTS = 64 * 1024;
/** Counters are 32 bits wide: they are emptied long before one can overflow. */
const EMPTY_AT = 2 ** 31;

/**
 * Statistics by type name as safetensors, GGUF and ONNX spell it. Working memory is shared between the tensors of one file, so only
 * one feed is in use at a time. The result does not depend on how the bytes are cut into blocks.
 */
export class StatisticsMaker {
  readonly #scratch = new ArrayBuffer(BLOCK_BYTES);
  readonly #pending = new Uint8Array(BLOCK_BYTES);
  readonly #tables = new Map<string, Float64Array>();
  readonly #counters = new Map<number, readonly Uint32Array[]>();

  /** Null for types whose values are packed in blocks or are no real numbers. */
  feed(dtype: string, sizeBytes: number): StatisticsFeed | null {
    const kernel = this.#kernel(dtype, sizeBytes);
    return kernel === null ? null : new BlockFeed(kernel, this.#pending);
  }

  #kernel(dtype: string, sizeBytes: number): Kernel | null {
    if (isFloatType(dtype)) return new VectorKernel(dtype, floatKernel());
    const table = tableMakers[dtype];
    if (table !== undefined) {
      const values = this.#tables.get(dtype) ?? table();
      this.#tables.set(dtype, values);
      const many = values.length === 0x100 || sizeBytes / 2 >= FEW_ELEMENTS;
      return many
        ? new CountingKernel(values, this.#scratch, this.#countersFor(values.length))
        : new PlainKernel(2, this.#scratch, lookUp(values, new Uint16Array(this.#scratch)));
    }
    const wide = wideLoads[dtype];
    if (wide === undefined) return null;
    const [elementBytes, load] = wide(this.#scratch);
    return new PlainKernel(elementBytes, this.#scratch, load);
  }

  #countersFor(patterns: number): readonly Uint32Array[] {
    const counters = this.#counters.get(patterns) ?? [0, 1, 2, 3].map(() => new Uint32Array(patterns));
    this.#counters.set(patterns, counters);
    for (const each of counters) each.fill(0);
    return counters;
  }
}

const tableMakers: Readonly<Record<string, (() => Float64Array) | undefined>> = {
  F8_E4M3: float8E4M3Values,
  F8_E5M2: float8E5M2Values,
  F8_E4M3FNUZ: float8E4M3FnuzValues,
  F8_E5M2FNUZ: float8E5M2FnuzValues,
  F8_E8M0: float8E8M0Values,
  BOOL: () => integerValues(8, false),
  U8: () => integerValues(8, false),
  I8: () => integerValues(8, true),
  U16: () => integerValues(16, false),
  I16: () => integerValues(16, true),
};

/** Adds the first so many elements of the scratch memory to the moments. */
type Load = (moments: Moments, elements: number) => void;

const wideLoads: Readonly<
  Record<string, ((scratch: ArrayBuffer) => [bytes: number, load: Load]) | undefined>
> = {
  F64: (scratch) => [8, direct(new Float64Array(scratch))],
  I32: (scratch) => [4, direct(new Int32Array(scratch))],
  U32: (scratch) => [4, direct(new Uint32Array(scratch))],
  I64: (scratch) => [8, wide(new Uint32Array(scratch), new Int32Array(scratch))],
  U64: (scratch) => [8, wide(new Uint32Array(scratch), new Uint32Array(scratch))],
};

function direct(view: Float64Array | Int32Array | Uint32Array): Load {
  return (moments, elements) => moments.addBlock(view, elements);
}

function lookUp(values: Float64Array, view: Uint16Array): Load {
  const block = new Float64Array(view.length);
  return (moments, elements) => {
    for (let i = 0; i < elements; i++) block[i] = values[view[i] ?? 0] ?? 0;
    moments.addBlock(block, elements);
  };
}

/** 64-bit integers, as the nearest double. */
function wide(low: Uint32Array, high: Int32Array | Uint32Array): Load {
  const block = new Float64Array(low.length / 2);
  return (moments, elements) => {
    for (let i = 0; i < elements; i++) block[i] = (high[2 * i + 1] ?? 0) * 2 ** 32 + (low[2 * i] ?? 0);
    moments.addBlock(block, elements);
  };
}

class PlainKernel implements Kernel {
  readonly elementBytes: number;
  readonly block: Uint8Array;
  readonly #moments = new Moments();
  readonly #load: Load;

  constructor(elementBytes: number, scratch: ArrayBuffer, load: Load) {
    this.elementBytes = elementBytes;
    this.block = new Uint8Array(scratch);
    this.#load = load;
  }

  count(elements: number): void {
    this.#load(this.#moments, elements);
  }

  finish(): TensorStatistics {
    return this.#moments.statistics();
  }
}

/** Counts bit patterns, in four tables so that equal neighbours do not wait for each other. */
class CountingKernel implements Kernel {
  readonly elementBytes: number;
  readonly block: Uint8Array;
  readonly #values: Float64Array;
  readonly #patterns: Uint8Array | Uint16Array;
  readonly #words: Uint32Array;
  readonly #counters: readonly Uint32Array[];
  readonly #moments = new Moments();
  #counted = 0;

  constructor(values: Float64Array, scratch: ArrayBuffer, counters: readonly Uint32Array[]) {
    this.elementBytes = values.length === 0x100 ? 1 : 2;
    this.block = new Uint8Array(scratch);
    this.#values = values;
    this.#patterns = this.elementBytes === 1 ? new Uint8Array(scratch) : new Uint16Array(scratch);
    this.#words = new Uint32Array(scratch);
    this.#counters = counters;
  }

  count(elements: number): void {
    const words = Math.floor((elements * this.elementBytes) / 8) * 2;
    if (this.elementBytes === 1) countBytes(this.#words, words, this.#counters);
    else countHalves(this.#words, words, this.#counters);
    for (let i = (words * 4) / this.elementBytes; i < elements; i++) {
      this.#moments.addValue(this.#values[this.#patterns[i] ?? 0] ?? 0, 1);
    }
    this.#counted += elements;
    if (this.#counted >= EMPTY_AT) this.#empty();
  }

  finish(): TensorStatistics {
    this.#empty();
    return this.#moments.statistics();
  }

  #empty(): void {
    const [a, b, c, d] = this.#counters;
    if (a === undefined || b === undefined || c === undefined || d === undefined) return;
    for (let pattern = 0; pattern < a.length; pattern++) {
      const count = (a[pattern] ?? 0) + (b[pattern] ?? 0) + (c[pattern] ?? 0) + (d[pattern] ?? 0);
      if (count > 0) this.#moments.addValue(this.#values[pattern] ?? 0, count);
    }
    for (const each of this.#counters) each.fill(0);
    this.#counted = 0;
  }
}

function countHalves(words: Uint32Array, length: number, counters: readonly Uint32Array[]): void {
  const [a, b, c, d] = counters;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return;
  for (let i = 0; i < length; i += 2) {
    const v = words[i] as number;
    const w = words[i + 1] as number;
    (a[v & 0xffff] as number)++;
    (b[v >>> 16] as number)++;
    (c[w & 0xffff] as number)++;
    (d[w >>> 16] as number)++;
  }
}

function countBytes(words: Uint32Array, length: number, counters: readonly Uint32Array[]): void {
  const [a, b, c, d] = counters;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return;
  for (let i = 0; i < length; i++) {
    const v = words[i] as number;
    (a[v & 0xff] as number)++;
    (b[(v >>> 8) & 0xff] as number)++;
    (c[(v >>> 16) & 0xff] as number)++;
    (d[v >>> 24] as number)++;
  }
}

const floatElements: Readonly<Record<FloatType, (block: Uint8Array) => (index: number) => number>> = {
  F32: ({ buffer }) => {
    const values = new Float32Array(buffer);
    return (index) => values[index] ?? 0;
  },
  BF16: (block) => tableElements(block, bfloat16Values()),
  F16: (block) => tableElements(block, float16Values()),
};

function tableElements({ buffer }: Uint8Array, values: Float64Array): (index: number) => number {
  const patterns = new Uint16Array(buffer);
  return (index) => values[patterns[index] ?? 0] ?? 0;
}

function isFloatType(dtype: string): dtype is FloatType {
  return Object.hasOwn(floatElements, dtype);
}

const VECTOR_BYTES = 16;

/** Vectors of finite numbers are summed at once; what is left over, and blocks with something else in them, one by one. */
class VectorKernel implements Kernel {
  readonly elementBytes: number;
  readonly block: Uint8Array;
  readonly #type: FloatType;
  readonly #kernel: FloatKernel;
  readonly #moments = new Moments();
  /** Made when it is first needed: a table for a 16-bit type. */
  #elementAt: ((index: number) => number) | undefined;

  constructor(type: FloatType, kernel: FloatKernel) {
    this.elementBytes = type === 'F32' ? 4 : 2;
    this.block = kernel.block;
    this.#type = type;
    this.#kernel = kernel;
  }

  count(elements: number): void {
    const bytes = elements * this.elementBytes;
    const wholeBytes = bytes - (bytes % VECTOR_BYTES);
    if (wholeBytes === 0) return this.#countSingly(0, elements);
    const sums = this.#kernel.sums(this.#type, wholeBytes);
    if (!sums.isPlain) return this.#countSingly(0, elements);
    const whole = wholeBytes / this.elementBytes;
    this.#moments.addSums(sums, whole);
    this.#countSingly(whole, elements);
  }

  finish(): TensorStatistics {
    return this.#moments.statistics();
  }

  #countSingly(from: number, to: number): void {
    if (from === to) return;
    this.#elementAt ??= floatElements[this.#type](this.block);
    for (let i = from; i < to; i++) this.#moments.addValue(this.#elementAt(i), 1);
  }
}

/** Cuts bytes that come in any pieces into blocks; always the same cuts, so always the same sums. */
class BlockFeed implements StatisticsFeed {
  readonly #kernel: Kernel;
  readonly #pending: Uint8Array;
  #filled = 0;

  constructor(kernel: Kernel, pending: Uint8Array) {
    this.#kernel = kernel;
    this.#pending = pending;
  }

  update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const take = Math.min(bytes.length - at, BLOCK_BYTES - this.#filled);
      const piece = bytes.subarray(at, at + take);
      at += take;
      if (take === BLOCK_BYTES) this.#count(piece);
      else if (this.#collect(piece) === BLOCK_BYTES) this.#countPending();
    }
  }

  finish(): TensorStatistics | null {
    if (this.#filled % this.#kernel.elementBytes !== 0) return null;
    if (this.#filled > 0) this.#countPending();
    return this.#kernel.finish();
  }

  #collect(piece: Uint8Array): number {
    this.#pending.set(piece, this.#filled);
    this.#filled += piece.length;
    return this.#filled;
  }

  #countPending(): void {
    this.#count(this.#pending.subarray(0, this.#filled));
    this.#filled = 0;
  }

  #count(bytes: Uint8Array): void {
    this.#kernel.block.set(bytes);
    this.#kernel.count(bytes.length / this.#kernel.elementBytes);
  }
}
