import {
  assemble,
  type Code,
  f32x4,
  f64x2,
  type FunctionSource,
  i32,
  i32x4,
  load,
  type Local,
  repeatWhile,
  splat,
  store,
  upper,
  v128,
} from './assembler.ts';

/** The most bytes that one call takes; whole vectors of 16. */
export const BLOCK_BYTES = 64 * 1024;
const VECTOR_BYTES = 16;
/** The totals lie behind the block, and are read from there as they are named in TOTALS. */
const RESULT_AT = BLOCK_BYTES;

/** Types whose elements fit a binary32, four of which are looked at in one step. */
export type FloatType = 'F32' | 'BF16' | 'F16';

/** What a block of numbers adds up to. `isPlain` is false when one is not finite; the rest means nothing then. */
export interface BlockSums {
  readonly isPlain: boolean;
  readonly sum: number;
  readonly squares: number;
  readonly min: number;
  readonly max: number;
  readonly zeros: number;
}

/** Sums over blocks of floating-point numbers in vectors of four. */
export interface FloatKernel {
  /** Where a block is put before it is summed; BLOCK_BYTES long. */
  readonly block: Uint8Array;
  /** Over the first `bytes` of the block: some, and a multiple of 16. */
  sums(type: FloatType, bytes: number): BlockSums;
}

/**
 * What a vector of the file's words holds, as one or two vectors of binary32, which are these two of a type in each word:
 * little-endian, so the even element lies below the odd one. `constants` are loaded once; reading them anew is slow.
 */
interface Decoder {
  readonly constants: readonly number[];
  readonly values: (word: Code, constants: readonly Code[]) => readonly Code[];
}

const decoders: Readonly<Record<FloatType, Decoder>> = {
  F32: { constants: [], values: (word) => [word] },
  // The upper half of a binary32.
  BF16: {
    constants: [0xffff0000],
    values: (word, [upperHalf = []]) => [i32x4.shl(word, 16), v128.and(word, upperHalf)],
  },
  // Sign, exponent and fraction moved to where a binary32 has them, and times 2^112, which corrects the exponent's bias and
  // gives those without an exponent their value too. Infinities and NaN come out as 65536 and more, which no finite one reaches.
  F16: {
    constants: [0x8fffe000, (127 + 112) << 23],
    values: (word, [inPlace = [], bias = []]) =>
      [i32x4.shl(word, 16), word].map((half) => f32x4.mul(v128.and(i32x4.shrS(half, 3), inPlace), bias)),
  },
};

/** The vectors whose totals are the result, in the order in which they are stored. */
const TOTALS = ['sum', 'sumToo', 'squares', 'squaresToo', 'min', 'max', 'zeros'] as const;

function sumsOf(type: FloatType): FunctionSource {
  const { constants, values } = decoders[type];
  return {
    name: type,
    numbers: ['at'],
    vectors: ['word', 'value', 'low', 'high', 'none', ...TOTALS, ...constants.map(String)],
    body: (bytes, local) => {
      const at = local('at');
      const step = [
        ...local('word').set(load(at.get)),
        ...values(
          local('word').get,
          constants.map((each) => local(String(each)).get),
        ).flatMap((value) => count(value, local)),
        ...at.set(i32.add(at.get, i32.constant(VECTOR_BYTES))),
      ];
      return [
        ...constants.flatMap((each) => local(String(each)).set(splat(each))),
        ...local('min').set(splat(0x7f800000)),
        ...local('max').set(splat(0xff800000)),
        ...repeatWhile(step, i32.lessUnsigned(at.get, bytes.get)),
        ...TOTALS.flatMap((name, n) => store(i32.constant(0), local(name).get, RESULT_AT + n * VECTOR_BYTES)),
      ];
    },
  };
}

/** Adds a vector of four numbers to the totals. */
function count(four: Code, local: (name: string) => Local): Code {
  const [value, low, high] = [local('value'), local('low'), local('high')];
  const add = (total: Local, what: Code) => total.set(f64x2.add(total.get, what));
  const [min, max, zeros] = [local('min'), local('max'), local('zeros')];
  return [
    ...value.set(four),
    ...low.set(f64x2.promoteLow(value.get)),
    ...high.set(f64x2.promoteLow(upper(value.get))),
    ...add(local('sum'), low.get),
    ...add(local('sumToo'), high.get),
    ...add(local('squares'), f64x2.mul(low.get, low.get)),
    ...add(local('squaresToo'), f64x2.mul(high.get, high.get)),
    ...min.set(f32x4.pmin(min.get, value.get)),
    ...max.set(f32x4.pmax(max.get, value.get)),
    // A comparison that holds is a lane of -1; nothing was ever put into `none`.
    ...zeros.set(i32x4.sub(zeros.get, f32x4.eq(value.get, local('none').get))),
  ];
}

/** What is used of the platform's WebAssembly, whose types come with those of browsers only. */
interface Platform {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: KernelExports };
}

type KernelExports = { readonly memory: { readonly buffer: ArrayBuffer } } & Readonly<
  Record<FloatType, (bytes: number) => void>
>;

let ofThisThread: FloatKernel | undefined;

/** One for each thread: a block is put in and summed without anything between. */
export function floatKernel(): FloatKernel {
  ofThisThread ??= makeKernel();
  return ofThisThread;
}

function makeKernel(): FloatKernel {
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: Platform };
  const pages = Math.ceil((RESULT_AT + TOTALS.length * VECTOR_BYTES) / 0x10000);
  const binary = assemble([sumsOf('F32'), sumsOf('BF16'), sumsOf('F16')], pages);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary));
  const { buffer } = exports.memory;
  const doubles = new Float64Array(buffer, RESULT_AT, 8);
  const floats = new Float32Array(buffer, RESULT_AT + 4 * VECTOR_BYTES, 8);
  const counts = new Int32Array(buffer, RESULT_AT + 6 * VECTOR_BYTES, 4);
  return {
    block: new Uint8Array(buffer, 0, BLOCK_BYTES),
    sums(type, bytes) {
      exports[type](bytes);
      const [min, max] = [Math.min(...floats.subarray(0, 4)), Math.max(...floats.subarray(4, 8))];
      const squares = total(doubles.subarray(4, 8));
      return {
        isPlain: Number.isFinite(squares) && (type !== 'F16' || (min > -65_536 && max < 65_536)),
        sum: total(doubles.subarray(0, 4)),
        squares,
        min,
        max,
        zeros: total(counts),
      };
    },
  };
}

function total(values: Float64Array | Int32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
