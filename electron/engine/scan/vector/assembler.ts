/**
 * Just enough of WebAssembly's binary format (Core Specification 2.0, chapter 5) to write a small kernel down in TypeScript: code is
 * a list of bytes, an instruction is a function of its operands' code, and no binary lies in the repository.
 */
export type Code = readonly number[];

const I32 = 0x7f;
const V128 = 0x7b;
const EMPTY = 0x40;
const SIMD = 0xfd;

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Signed LEB128 of a number of up to 31 bits. */
function signed(value: number): number[] {
  const isLast = value >= -0x40 && value < 0x40;
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

/** A local variable, by its index. */
export interface Local {
  readonly get: Code;
  readonly set: (value: Code) => Code;
}

/** Numbers of 32 bits. */
export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
  lessUnsigned: (a: Code, b: Code): Code => [...a, ...b, 0x49],
};

/** Runs `body` again for as long as `condition` is not zero at its end. */
export function repeatWhile(body: Code, condition: Code): Code {
  return [0x03, EMPTY, ...body, ...condition, 0x0d, 0x00, 0x0b];
}

function simd(opcode: number, ...operands: Code[]): Code {
  return [...operands.flat(), SIMD, ...unsigned(opcode)];
}

/** 128 bits at `address + offset`. Addresses are multiples of 16. */
export function load(address: Code, offset = 0): Code {
  return [...simd(0x00, address), 4, ...unsigned(offset)];
}

export function store(address: Code, value: Code, offset = 0): Code {
  return [...simd(0x0b, address, value), 4, ...unsigned(offset)];
}

/** The same 32 bits four times. */
export function splat(bits: number): Code {
  const lane = [bits & 0xff, (bits >>> 8) & 0xff, (bits >>> 16) & 0xff, bits >>> 24];
  return [...simd(0x0c), ...lane, ...lane, ...lane, ...lane];
}

/** The upper 64 bits as the lower ones. */
export function upper(a: Code): Code {
  const lanes = [8, 9, 10, 11, 12, 13, 14, 15];
  return [...simd(0x0d, a, a), ...lanes, ...lanes];
}

/** Instructions on vectors by their names in the specification. */
export const v128 = {
  and: (a: Code, b: Code) => simd(0x4e, a, b),
};

export const i32x4 = {
  shl: (a: Code, bits: number) => simd(0xab, a, i32.constant(bits)),
  shrS: (a: Code, bits: number) => simd(0xac, a, i32.constant(bits)),
  sub: (a: Code, b: Code) => simd(0xb1, a, b),
};

export const f32x4 = {
  eq: (a: Code, b: Code) => simd(0x41, a, b),
  mul: (a: Code, b: Code) => simd(0xe6, a, b),
  /** The lesser of two numbers; `a` where one is none. */
  pmin: (a: Code, b: Code) => simd(0xea, a, b),
  pmax: (a: Code, b: Code) => simd(0xeb, a, b),
};

export const f64x2 = {
  /** The two lower of four binary32 as binary64. */
  promoteLow: (a: Code) => simd(0x5f, a),
  add: (a: Code, b: Code) => simd(0xf0, a, b),
  mul: (a: Code, b: Code) => simd(0xf2, a, b),
};

/** A function of one 32-bit number without a result; its variables go by names and start as zero. */
export interface FunctionSource {
  readonly name: string;
  readonly numbers: readonly string[];
  readonly vectors: readonly string[];
  readonly body: (parameter: Local, local: (name: string) => Local) => Code;
}

/** A module of functions over one memory of so many pages of 64 KiB, which is exported as `memory`. */
export function assemble(functions: readonly FunctionSource[], pages: number): Uint8Array<ArrayBuffer> {
  const exports = [
    [...text('memory'), 0x02, 0x00],
    ...functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]),
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    // One type for all: a 32-bit number, and no result.
    ...section(1, [[0x60, ...vector([[I32]]), ...vector([])]]),
    ...section(
      3,
      functions.map(() => unsigned(0)),
    ),
    ...section(5, [[0x01, ...unsigned(pages), ...unsigned(pages)]]),
    ...section(7, exports),
    ...section(10, functions.map(functionCode)),
  ]);
}

function functionCode({ numbers, vectors, body }: FunctionSource): Code {
  const locals = new Map([...numbers, ...vectors].map((name, index) => [name, localAt(index + 1)]));
  const code = body(localAt(0), (name) => {
    const local = locals.get(name);
    if (local === undefined) throw new Error(`there is no variable ${name}`);
    return local;
  });
  const declared = vector([
    [...unsigned(numbers.length), I32],
    [...unsigned(vectors.length), V128],
  ]);
  const whole = [...declared, ...code, 0x0b];
  return [...unsigned(whole.length), ...whole];
}

function localAt(index: number): Local {
  return {
    get: [0x20, ...unsigned(index)],
    set: (value) => [...value, 0x21, ...unsigned(index)],
  };
}

function section(id: number, entries: readonly Code[]): Code {
  const content = vector(entries);
  return [id, ...unsigned(content.length), ...content];
}

function vector(entries: readonly Code[]): Code {
  return [...unsigned(entries.length), ...entries.flat()];
}

function text(value: string): Code {
  const bytes = [...new TextEncoder().encode(value)];
  return [...unsigned(bytes.length), ...bytes];
}
