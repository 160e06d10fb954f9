import type { Cursor } from '../cursor.ts';
import { Malformed } from '../malformed.ts';
import {
  cursorAt,
  type Hdf5Bytes,
  type Hdf5Message,
  kinds,
  readObjectHeader,
  RULE,
} from './object-header.ts';

/** What the elements are, as far as the scan has to know. */
export interface Datatype {
  readonly name: string;
  readonly sizeBytes: number;
  readonly text: 'fixed' | 'variable' | null;
}

const MAX_RANK = 32;

/** IV.A.2.d; properties behind the size are not needed. */
export function readDatatype(cursor: Cursor): Datatype {
  const start = cursor.offset;
  const kind = cursor.u8();
  const bits = cursor.u8();
  cursor.skip(2);
  const sizeBytes = cursor.u32le();
  const version = kind >> 4;
  if (version < 1 || version > 5) cursor.fail('A type has an unknown version.', start);
  if (sizeBytes === 0) cursor.fail('A type has no size.', start);
  const number = kind & 0xf;
  const width = sizeBytes * 8;
  const names = [
    'I',
    'F',
    'TIME',
    'STRING',
    'BITS',
    'OPAQUE',
    'RECORD',
    'REFERENCE',
    'ENUM',
    'VARIABLE',
    'ARRAY',
  ];
  const base = names[number] ?? cursor.fail(`There is no class ${number} of types.`, start);
  const name = number === 0 ? `${(bits & 8) !== 0 ? 'I' : 'U'}${width}` : number === 1 ? `F${width}` : base;
  const text = number === 3 ? 'fixed' : number === 9 && (bits & 0xf) === 1 ? 'variable' : null;
  return { name, sizeBytes, text };
}

/** A type in a message, or of another object that shares it (IV.A.2.a). Null where it lies in a heap of shared messages. */
export function datatypeOf(file: Hdf5Bytes, message: Hdf5Message): Datatype | null {
  const cursor = cursorAt(file, message.start, message.end);
  if (!message.isShared) return readDatatype(cursor);
  const version = cursor.u8();
  const kind = cursor.u8();
  if (version === 1) cursor.skip(6);
  else if (version === 3 && kind === 1) return null;
  const address = cursor.size64le();
  const named = readObjectHeader(file, address).find(
    (each) => each.kind === kinds.datatype && !each.isShared,
  );
  if (named === undefined) throw new Malformed(RULE, 'A type is none.', { offset: address });
  return readDatatype(cursorAt(file, named.start, named.end));
}

/** IV.A.2.b: the shape; null for a dataset without elements. */
export function readDataspace(cursor: Cursor): readonly bigint[] | null {
  const start = cursor.offset;
  const version = cursor.u8();
  const rank = cursor.u8();
  if (version < 1 || version > 2 || rank > MAX_RANK) cursor.fail('A shape is none.', start);
  cursor.skip(1);
  const isNull = cursor.u8() === 2 && version === 2;
  if (version === 1) cursor.skip(4);
  const shape = Array.from({ length: rank }, () => cursor.u64le());
  return isNull ? null : shape;
}

export function elementsOf(shape: readonly bigint[] | null): bigint {
  return shape === null ? 0n : shape.reduce((product, each) => product * each, 1n);
}
