import { demand, type GlobalTable } from './allowed-global.ts';
import { arrayBytes } from './globals-numpy.ts';
import { isKind, objectValue, type Value } from './values.ts';

/** What joblib contributes: the wrapper behind which an array's bytes stand in the stream itself. */
export const joblibGlobals: GlobalTable = {
  'joblib.numpy_pickle NumpyArrayWrapper': {
    call: (args) => {
      demand(args.length === 0, 'it is made with arguments');
      return objectValue('joblib-array');
    },
  },
};

/** An array that follows the opcode which built its wrapper. */
export interface JoblibArray {
  readonly sizeBytes: number;
  /** Since joblib 1.1 padding stands before it, which no unpickler takes for an opcode. */
  readonly padded: boolean;
}

/** The wrapper's state: of what its `__init__` sets, nothing else. Throws Refusal. */
export function joblibArrayOf(state: Value): JoblibArray {
  demand(isKind(state, 'dict'), 'its state is no dict');
  const fields = new Map<Value, Value>();
  for (let index = 0; index < state.entries.length; index += 2) {
    fields.set(state.entries[index] ?? null, state.entries[index + 1] ?? null);
  }
  const subclass = fields.get('subclass');
  const known = [...fields.keys()].every((field) => typeof field === 'string' && wrapperFields.has(field));
  demand(known && fields.size * 2 === state.entries.length, 'it has other fields than joblib gives it');
  demand(
    isKind(subclass, 'global') && subclass.allowed?.role?.kind === 'array-class',
    'its class is no array',
  );
  const order = fields.get('order');
  demand(order === 'C' || order === 'F', 'its order is neither C nor F');
  const alignment = fields.get('numpy_array_alignment_bytes');
  demand(alignment === undefined || alignment === null || alignment === 16, 'its alignment is not 16');
  return { sizeBytes: arrayBytes(fields.get('shape'), fields.get('dtype')), padded: alignment === 16 };
}

const wrapperFields = new Set([
  'subclass',
  'shape',
  'order',
  'dtype',
  'allow_mmap',
  'numpy_array_alignment_bytes',
]);
