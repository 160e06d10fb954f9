/**
 * What an unpickler would have on its stack, as far as it matters: which things there are, never what their code would do.
 * None, booleans, integers and strings are themselves.
 */
export type Value = null | boolean | number | bigint | string | Thing;

export type Thing =
  | FloatValue
  | BytesValue
  | SequenceValue
  | DictValue
  | GlobalValue
  | ObjectValue
  | StorageValue
  | OpaqueValue;

export interface FloatValue {
  readonly kind: 'float';
}

/** bytes and bytearray. */
export interface BytesValue {
  readonly kind: 'bytes';
  readonly bytes: Uint8Array;
}

export interface SequenceValue {
  readonly kind: 'tuple' | 'list' | 'set';
  readonly items: Value[];
}

export interface DictValue {
  readonly kind: 'dict';
  /** Key, value, key, value. */
  readonly entries: Value[];
}

/** Something that was imported; only what is on the list has a row. */
export interface GlobalValue {
  readonly kind: 'global';
  readonly path: string;
  readonly allowed: AllowedGlobal | undefined;
}

/** A global that a pickle of weights may name, and what it may do with it. */
export interface AllowedGlobal {
  /**
   * What REDUCE or NEWOBJ makes of it; throws Refusal for arguments that are not in its schema. Without it the global may be
   * named (a dtype, a class as an argument) but not called.
   */
  readonly call?: (args: readonly Value[]) => Value;
  /** What it means where it is an argument. */
  readonly role?: GlobalRole;
}

export type GlobalRole =
  | { readonly kind: 'dtype'; readonly dtype: string }
  | { readonly kind: 'storage-class'; readonly dtype: string }
  /** A class that may be called without arguments: what defaultdict calls. */
  | { readonly kind: 'factory' }
  | { readonly kind: 'tensor-class' }
  /** A torch function that puts a tensor together. */
  | { readonly kind: 'rebuild' }
  | { readonly kind: 'array-class' }
  | { readonly kind: 'constant' };

/** What came of calling something that is on the list. */
export interface ObjectValue {
  readonly kind: 'object';
  readonly type: ObjectType;
  readonly args: readonly Value[];
  /** Of the dict types: key, value, key, value. */
  readonly entries: Value[];
  /** What BUILD gave it. */
  state: Value | undefined;
  /** Of tensors. */
  readonly tensor?: TensorValue;
}

export type ObjectType = 'mapping' | 'tensor' | 'array' | 'dtype' | 'joblib-array' | 'plain';

/** A storage that a persistent id names; the bytes lie beside the pickle. */
export interface StorageValue {
  readonly kind: 'storage';
  readonly key: string;
  readonly dtype: string;
  readonly sizeBytes: number;
}

export interface TensorValue {
  readonly storage: StorageValue;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Of the first element in the storage, and what its elements span, in bytes. */
  readonly offset: number;
  readonly sizeBytes: number;
}

/** What nobody can say anything about, since it came of something that was refused. */
export interface OpaqueValue {
  readonly kind: 'opaque';
}

export const FLOAT: FloatValue = { kind: 'float' };
export const OPAQUE: OpaqueValue = { kind: 'opaque' };

export function objectValue(
  type: ObjectType,
  args: readonly Value[] = [],
  rest: Partial<Pick<ObjectValue, 'entries' | 'tensor'>> = {},
): ObjectValue {
  return { kind: 'object', type, args, entries: [], state: undefined, ...rest };
}

export function isThing(value: Value | undefined): value is Thing {
  return typeof value === 'object' && value !== null;
}

export function isKind<K extends Thing['kind']>(
  value: Value | undefined,
  kind: K,
): value is Thing & { readonly kind: K } {
  return isThing(value) && value.kind === kind;
}

export function isTuple(value: Value | undefined): value is SequenceValue {
  return isThing(value) && value.kind === 'tuple';
}

export function isObject(value: Value | undefined, type: ObjectType): value is ObjectValue {
  return isThing(value) && value.kind === 'object' && value.type === type;
}

/** A whole number from 0 on that is exact: sizes, offsets, strides. */
export function isCount(value: Value | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
