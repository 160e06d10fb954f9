import { demand, type GlobalTable } from './allowed-global.ts';
import { itemBytesOf } from './numpy-dtype.ts';
import {
  type AllowedGlobal,
  isCount,
  isKind,
  isObject,
  isTuple,
  type ObjectValue,
  objectValue,
  type Value,
} from './values.ts';

const arrayClass: AllowedGlobal = { role: { kind: 'array-class' } };

/** `_reconstruct(ndarray, (0,), b'b')`: an empty array, which BUILD fills. */
const reconstruct: AllowedGlobal = {
  call: ([type, shape, code, ...rest]) => {
    const isClass = isKind(type, 'global') && type.allowed?.role?.kind === 'array-class';
    const isEmpty = isTuple(shape) && shape.items.length === 1 && shape.items[0] === 0;
    const letter = isKind(code, 'bytes') ? Buffer.from(code.bytes).toString('latin1') : code;
    demand(isClass && isEmpty && letter === 'b' && rest.length === 0, 'it is not how numpy writes an array');
    return objectValue('array');
  },
};

/** `dtype('f4', False, True)`; BUILD gives it its byte order. Objects are refused where the dtype is made. */
const dtype: AllowedGlobal = {
  role: { kind: 'constant' },
  call: (args) => {
    const [code, align, copy] = args;
    const flags = [align, copy].every((flag) => typeof flag === 'boolean' || flag === 0 || flag === 1);
    demand(args.length === 3 && typeof code === 'string' && flags, 'it is not how numpy writes a dtype');
    demand(itemBytesOf(code) !== undefined, `the dtype ${code} is not on the list`);
    return objectValue('dtype', [code]);
  },
};

/** `scalar(dtype, bytes)`. */
const scalar: AllowedGlobal = {
  call: ([type, content, ...rest]) => {
    demand(isObject(type, 'dtype') && rest.length === 0, 'its dtype is none');
    demand(lengthOf(content) === itemBytesOfDtype(type), 'its bytes are not those of one value');
    return objectValue('plain');
  },
};

/** `_frombuffer(bytes, dtype, shape, order)`: how protocol 5 writes an array. */
const fromBuffer: AllowedGlobal = {
  call: ([content, type, shape, order, ...rest]) => {
    demand((order === 'C' || order === 'F') && rest.length === 0, 'its order is neither C nor F');
    demandArrayBytes(shape, type, content);
    return objectValue('plain');
  },
};

/** What numpy contributes: arrays and scalars of numbers and text. Module names of numpy 1 and of numpy 2. */
export const numpyGlobals: GlobalTable = {
  'numpy ndarray': arrayClass,
  'numpy dtype': dtype,
  'numpy.core.multiarray _reconstruct': reconstruct,
  'numpy._core.multiarray _reconstruct': reconstruct,
  'numpy.core.multiarray scalar': scalar,
  'numpy._core.multiarray scalar': scalar,
  'numpy.core.numeric _frombuffer': fromBuffer,
  'numpy._core.numeric _frombuffer': fromBuffer,
};

function itemBytesOfDtype({ args: [code] }: ObjectValue): number | undefined {
  return typeof code === 'string' ? itemBytesOf(code) : undefined;
}

/** The state of a dtype as `dtype.__reduce__` gives it: byte order, no fields, no base, its width. Throws Refusal. */
export function demandDtypeState(dtype: ObjectValue, state: Value): void {
  demand(isTuple(state), 'its state is no tuple');
  const [version, order, base, names, fields, width, alignment, flags, ...rest] = state.items;
  demand(version === 3 || version === 4, 'its version is not known');
  demand(order === '<' || order === '>' || order === '|' || order === '=', 'its byte order is not known');
  demand(base === null && names === null && fields === null, 'it has fields');
  const known = width === -1 || width === itemBytesOfDtype(dtype);
  demand(known && typeof alignment === 'number', 'its width is not that of its name');
  demand(typeof flags === 'number' && (flags & HAS_OBJECT) === 0, 'it holds objects');
  demand(rest.length === 0 || (version === 4 && rest.length === 1), 'it has more than a dtype has');
}

/** NPY_ITEM_HASOBJECT, of numpy's ndarraytypes.h. */
const HAS_OBJECT = 1;

/** The state of an array: `(version, shape, dtype, is Fortran order, bytes)`. Throws Refusal. */
export function demandArrayState(state: Value): void {
  demand(isTuple(state) && state.items.length === 5, 'its state is not of five parts');
  const [version, shape, type, fortran, content] = state.items;
  demand(version === 1 || version === 0, 'its version is not known');
  demand(typeof fortran === 'boolean' || fortran === 0 || fortran === 1, 'its order is not known');
  demandArrayBytes(shape, type, content);
}

function demandArrayBytes(
  shape: Value | undefined,
  type: Value | undefined,
  content: Value | undefined,
): void {
  const expected = arrayBytes(shape, type);
  const found = lengthOf(content);
  demand(found === expected, `its bytes are ${found ?? 'none'}, its shape and dtype take ${expected}`);
}

/** What an array of that shape and dtype takes. Throws Refusal. */
export function arrayBytes(shape: Value | undefined, type: Value | undefined): number {
  demand(isObject(type, 'dtype'), 'its dtype is none');
  const itemBytes = itemBytesOfDtype(type);
  demand(itemBytes !== undefined, 'its dtype is not on the list');
  demand(isTuple(shape) && shape.items.length <= 64, 'its shape is no tuple');
  const sizeBytes = shape.items.reduce((product: number, length) => {
    demand(isCount(length), 'its shape holds what is no count');
    return product * length;
  }, itemBytes);
  demand(Number.isSafeInteger(sizeBytes), 'its size exceeds 2^53');
  return sizeBytes;
}

function lengthOf(content: Value | undefined): number | undefined {
  if (isKind(content, 'bytes')) return content.bytes.length;
  return typeof content === 'string' && !/[^\0-\xff]/.test(content) ? content.length : undefined;
}
