import type { Budget } from '../budget.ts';
import type { Cursor } from '../cursor.ts';

/** An array is not held: where it lies is kept, and who needs its elements reads them again. */
export interface GgufArray {
  readonly elementType: number;
  readonly length: number;
  /** Of the first element. */
  readonly offset: number;
}

export type GgufValue = number | bigint | boolean | string | GgufArray;
export type GgufMetadata = ReadonlyMap<string, GgufValue>;

/** `enum gguf_type`. */
export const ggufType = { bool: 7, string: 8, array: 9, int32: 5, float32: 6 } as const;

/** As llama.cpp bounds them since it has had to. */
const MAX_STRING_BYTES = 16 * 1024 * 1024;
const MAX_ARRAY_LENGTH = 4_000_000;
const MAX_KEYS = 100_000;
const scalarBytes: readonly (number | undefined)[] = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8];

/** Reads `count` keys and their values; fails where a key is empty or there twice, or an array lies in an array. */
export function readMetadata(cursor: Cursor, count: number, budget: Budget): GgufMetadata {
  if (count > MAX_KEYS) cursor.fail(`It has ${count} metadata keys, over ${MAX_KEYS}.`);
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < count; i++) {
    budget.step();
    const start = cursor.offset;
    const key = readString(cursor);
    if (key === '') cursor.fail('A metadata key is empty.', start);
    if (metadata.has(key)) cursor.fail('A metadata key is there twice.', start);
    metadata.set(key, readValue(cursor, cursor.u32le(), budget));
  }
  return metadata;
}

/** A length and so many bytes of UTF-8. */
export function readString(cursor: Cursor): string {
  return cursor.utf8(stringLength(cursor));
}

function stringLength(cursor: Cursor): number {
  const length = cursor.size64le();
  if (length > MAX_STRING_BYTES) cursor.fail(`A text of ${length} bytes is over the limit.`);
  return length;
}

function readValue(cursor: Cursor, type: number, budget: Budget): GgufValue {
  if (type === ggufType.string) return readString(cursor);
  if (type === ggufType.array) return readArray(cursor, budget);
  const bytes = scalarBytes[type];
  if (bytes === undefined) cursor.fail(`There is no metadata type ${type}.`);
  const view = viewOf(cursor.bytes(bytes));
  return scalar(cursor, type, view);
}

function scalar(cursor: Cursor, type: number, view: DataView): GgufValue {
  switch (type) {
    case 0:
      return view.getUint8(0);
    case 1:
      return view.getInt8(0);
    case 2:
      return view.getUint16(0, true);
    case 3:
      return view.getInt16(0, true);
    case 4:
      return view.getUint32(0, true);
    case ggufType.int32:
      return view.getInt32(0, true);
    case ggufType.float32:
      return view.getFloat32(0, true);
    case ggufType.bool:
      return bool(cursor, view.getUint8(0));
    case 10:
      return view.getBigUint64(0, true);
    case 11:
      return view.getBigInt64(0, true);
    default:
      return view.getFloat64(0, true);
  }
}

function bool(cursor: Cursor, byte: number): boolean {
  if (byte > 1) cursor.fail(`A truth value is ${byte}.`);
  return byte === 1;
}

function readArray(cursor: Cursor, budget: Budget): GgufArray {
  const elementType = cursor.u32le();
  const length = cursor.size64le();
  if (elementType === ggufType.array) cursor.fail('An array lies in an array.');
  if (length > MAX_ARRAY_LENGTH) cursor.fail(`An array of ${length} elements is over the limit.`);
  const offset = cursor.offset;
  const bytes = scalarBytes[elementType];
  if (elementType === ggufType.string) {
    for (let i = 0; i < length; i++) {
      budget.step();
      readString(cursor);
    }
  } else if (bytes === undefined) cursor.fail(`There is no metadata type ${elementType}.`);
  else {
    cursor.stream(bytes * length, (piece) => {
      if (elementType === ggufType.bool && piece.some((byte) => byte > 1)) {
        cursor.fail('A truth value is neither 0 nor 1.', offset);
      }
    });
  }
  return { elementType, length, offset };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
