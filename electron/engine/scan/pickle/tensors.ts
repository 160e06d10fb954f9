import { demand } from './allowed-global.ts';
import {
  isCount,
  isKind,
  isTuple,
  objectValue,
  type ObjectValue,
  type StorageValue,
  type Value,
} from './values.ts';

/** Bytes of an element of torch's dtypes; those that pack several into a byte are not among them. */
export const dtypeBytes: Readonly<Record<string, number>> = {
  float64: 8,
  double: 8,
  float32: 4,
  float: 4,
  float16: 2,
  half: 2,
  bfloat16: 2,
  int64: 8,
  long: 8,
  int32: 4,
  int: 4,
  int16: 2,
  short: 2,
  int8: 1,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  bool: 1,
  complex32: 4,
  complex64: 8,
  cfloat: 8,
  complex128: 16,
  cdouble: 16,
  float8_e4m3fn: 1,
  float8_e4m3fnuz: 1,
  float8_e5m2: 1,
  float8_e5m2fnuz: 1,
  float8_e8m0fnu: 1,
  qint8: 1,
  quint8: 1,
  qint32: 4,
};

const MAX_DIMENSIONS = 64;

/** A tensor over a storage, all of whose elements lie inside it. Throws Refusal. */
export function tensorOver(
  storage: Value | undefined,
  [offset, size, stride]: readonly (Value | undefined)[],
  dtype?: string,
): ObjectValue {
  demand(isKind(storage, 'storage'), 'its storage is none');
  const elementType = dtype ?? storage.dtype;
  const itemBytes = dtypeBytes[elementType];
  demand(itemBytes !== undefined, `nothing is known of the dtype ${elementType}`);
  demand(isCount(offset), 'its offset is no number');
  const shape = countsOf(size, 'size');
  const strides = countsOf(stride, 'stride');
  demand(shape.length === strides.length, 'size and stride differ in dimensions');
  const elements = spannedElements(shape, strides);
  const [start, length] = [offset * itemBytes, elements * itemBytes];
  demand(Number.isSafeInteger(start + length), 'its extent exceeds 2^53');
  demand(
    start + length <= storage.sizeBytes,
    `it takes bytes ${start} to ${start + length} of a storage of ${storage.sizeBytes}`,
  );
  return tensorObject({ storage, dtype: elementType, shape, offset: start, sizeBytes: length });
}

function tensorObject(tensor: NonNullable<ObjectValue['tensor']> & { storage: StorageValue }): ObjectValue {
  return objectValue('tensor', [], { tensor });
}

/** From the first element to the last one, both included; 0 where there is none. */
function spannedElements(shape: readonly number[], strides: readonly number[]): number {
  if (shape.includes(0)) return 0;
  return 1 + shape.reduce((sum, length, axis) => sum + (length - 1) * (strides[axis] ?? 0), 0);
}

/** A tuple of counts, also as torch.Size. Throws Refusal. */
export function countsOf(value: Value | undefined, what: string): readonly number[] {
  const tuple = isKind(value, 'object') && value.type === 'plain' ? value.args[0] : value;
  demand(isTuple(tuple), `its ${what} is no tuple`);
  demand(tuple.items.length <= MAX_DIMENSIONS, `its ${what} has over ${MAX_DIMENSIONS} dimensions`);
  return tuple.items.map((item) => {
    demand(isCount(item), `its ${what} holds what is no count`);
    return item;
  });
}
