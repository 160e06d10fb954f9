import { demand, type GlobalTable } from './allowed-global.ts';
import { countsOf, dtypeBytes, tensorOver } from './tensors.ts';
import {
  type AllowedGlobal,
  isKind,
  isObject,
  isThing,
  isTuple,
  type GlobalValue,
  objectValue,
  type Value,
} from './values.ts';

const constant: AllowedGlobal = { role: { kind: 'constant' } };

/** `_rebuild_tensor(storage, offset, size, stride)`, of torch before 0.4. */
const rebuildTensor = rebuild((args) => {
  demand(args.length === 4, 'it has not four arguments');
  return tensorOver(args[0], args.slice(1));
});

/** `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks, metadata=None)`. */
const rebuildTensorV2 = rebuild((args) => {
  const [storage, offset, size, stride, requiresGrad, hooks, ...rest] = args;
  demand(typeof requiresGrad === 'boolean' && isEmptyMapping(hooks), 'it carries hooks');
  demand(rest.length <= 1 && rest.every(isPlainState), 'its metadata is no plain dict');
  return tensorOver(storage, [offset, size, stride]);
});

/** `_rebuild_tensor_v3(storage, offset, size, stride, requires_grad, backward_hooks, dtype, metadata=None)`. */
const rebuildTensorV3 = rebuild((args) => {
  const [storage, offset, size, stride, requiresGrad, hooks, dtype, ...rest] = args;
  demand(typeof requiresGrad === 'boolean' && isEmptyMapping(hooks), 'it carries hooks');
  demand(rest.length <= 1 && rest.every(isPlainState), 'its metadata is no plain dict');
  return tensorOver(storage, [offset, size, stride], dtypeOf(dtype));
});

/** `_rebuild_qtensor(storage, offset, size, stride, quantizer_params, requires_grad, backward_hooks)`. */
const rebuildQuantized = rebuild((args) => {
  const [storage, offset, size, stride, quantizer, requiresGrad, hooks] = args;
  demand(args.length === 7 && typeof requiresGrad === 'boolean' && isEmptyMapping(hooks), 'it carries hooks');
  demand(
    isTuple(quantizer) && quantizer.items.every(isQuantizerPart),
    'its quantizer is not of plain values',
  );
  return tensorOver(storage, [offset, size, stride]);
});

/** `_rebuild_parameter(data, requires_grad, backward_hooks)`, and `_with_state` with a plain state after them. */
const rebuildParameter = rebuild((args) => {
  const [data, requiresGrad, hooks, ...rest] = args;
  demand(isObject(data, 'tensor'), 'its data is no tensor');
  demand(typeof requiresGrad === 'boolean' && isEmptyMapping(hooks), 'it carries hooks');
  demand(rest.length <= 1 && rest.every(isPlainState), 'its state is no plain dict');
  return data;
});

/** `_rebuild_sparse_tensor(layout, (indices, values, size, is_coalesced))`. */
const rebuildSparse = rebuild(([layout, data, ...rest]) => {
  demand(isObject(layout, 'plain') && isTuple(data) && rest.length === 0, 'it is not how torch writes one');
  const [size, ...parts] = [...data.items].reverse().filter((part) => typeof part !== 'boolean');
  countsOf(size, 'size');
  demand(parts.length >= 2 && parts.every((part) => isObject(part, 'tensor')), 'its parts are no tensors');
  return objectValue('plain');
});

/** `_rebuild_meta_tensor_no_storage(dtype, size, stride, requires_grad)`: a shape without bytes. */
const rebuildMeta = rebuild(([dtype, size, stride, requiresGrad, ...rest]) => {
  dtypeOf(dtype);
  countsOf(size, 'size');
  countsOf(stride, 'stride');
  demand(typeof requiresGrad === 'boolean' && rest.length === 0, 'it is not how torch writes one');
  return objectValue('plain');
});

/** `_rebuild_from_type_v2(rebuild, class, arguments, state)`: the arguments go by the schema of what rebuilds. */
const rebuildFromType = rebuild(([func, type, args, state, ...rest]) => {
  const inner =
    isKind(func, 'global') && func.allowed?.role?.kind === 'rebuild' ? func.allowed.call : undefined;
  demand(inner !== undefined, 'what rebuilds it is not on the list');
  demand(
    isKind(type, 'global') && type.allowed?.role?.kind === 'tensor-class',
    'its class is not on the list',
  );
  demand(isTuple(args) && rest.length === 0 && isPlainState(state), 'its state is no plain dict');
  return inner(args.items);
});

/** `Parameter(tensor, requires_grad)`, by NEWOBJ or REDUCE. */
const parameter: AllowedGlobal = {
  role: { kind: 'tensor-class' },
  call: ([data, requiresGrad = true, ...rest]) => {
    demand(
      isObject(data, 'tensor') && typeof requiresGrad === 'boolean' && rest.length === 0,
      'its data is no tensor',
    );
    return data;
  },
};

const size: AllowedGlobal = {
  call: ([shape, ...rest]) => {
    countsOf(shape, 'size');
    demand(rest.length === 0, 'it has more than a size');
    return objectValue('plain', [shape ?? null]);
  },
};

const device: AllowedGlobal = {
  call: ([type, index, ...rest]) => {
    const isName = typeof type === 'string' && /^[a-z]{2,12}(:\d{1,3})?$/.test(type);
    demand(
      isName && (index === undefined || typeof index === 'number') && rest.length === 0,
      'it is no device',
    );
    return objectValue('plain');
  },
};

/** `_get_layout('torch.strided')`: looked up in a table of layouts. */
const layout: AllowedGlobal = {
  call: ([name, ...rest]) => {
    const isLayout =
      typeof name === 'string' && /^torch\.(strided|sparse_(coo|csr|csc|bsr|bsc)|jagged|_mkldnn)$/.test(name);
    demand(isLayout && rest.length === 0, 'it is no layout');
    return objectValue('plain');
  },
};

/** Storage classes and what their elements are. */
const storageClasses: Readonly<Record<string, string>> = {
  DoubleStorage: 'float64',
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
  ComplexDoubleStorage: 'complex128',
  ComplexFloatStorage: 'complex64',
  QInt8Storage: 'qint8',
  QUInt8Storage: 'quint8',
  QInt32Storage: 'qint32',
};

const storages: GlobalTable = Object.fromEntries([
  ...Object.entries(storageClasses).flatMap(([name, dtype]) =>
    ['torch', 'torch.cuda'].map((module) => [`${module} ${name}`, storageClass(dtype)] as const),
  ),
  ...['torch', 'torch.storage'].map((module) => [`${module} UntypedStorage`, storageClass('uint8')] as const),
]);

const dtypes: GlobalTable = Object.fromEntries(
  Object.keys(dtypeBytes).map((dtype) => [`torch ${dtype}`, { role: { kind: 'dtype', dtype } }]),
);

const constants = [
  'per_tensor_affine',
  'per_channel_affine',
  'per_tensor_symmetric',
  'per_channel_symmetric',
  'per_channel_affine_float_qparams',
  'strided',
  'contiguous_format',
  'preserve_format',
];

/** What torch contributes: storages, dtypes and the functions that put tensors together; nothing that loads or looks up. */
export const torchGlobals: GlobalTable = {
  ...storages,
  ...dtypes,
  ...Object.fromEntries(constants.map((name) => [`torch ${name}`, constant])),
  'torch Size': size,
  'torch device': device,
  'torch Tensor': { role: { kind: 'tensor-class' } },
  'torch.nn.parameter Parameter': parameter,
  'torch.nn.parameter Buffer': parameter,
  'torch.serialization _get_layout': layout,
  'torch._utils _rebuild_tensor': rebuildTensor,
  'torch._utils _rebuild_tensor_v2': rebuildTensorV2,
  'torch._utils _rebuild_tensor_v3': rebuildTensorV3,
  'torch._utils _rebuild_qtensor': rebuildQuantized,
  'torch._utils _rebuild_parameter': rebuildParameter,
  'torch._utils _rebuild_parameter_with_state': rebuildParameter,
  'torch._utils _rebuild_sparse_tensor': rebuildSparse,
  'torch._utils _rebuild_meta_tensor_no_storage': rebuildMeta,
  'torch._tensor _rebuild_from_type_v2': rebuildFromType,
};

function rebuild(call: (args: readonly Value[]) => Value): AllowedGlobal {
  return { role: { kind: 'rebuild' }, call };
}

function storageClass(dtype: string): AllowedGlobal {
  return { role: { kind: 'storage-class', dtype } };
}

function dtypeOf(value: Value | undefined): string {
  const role = isKind(value, 'global') ? value.allowed?.role : undefined;
  demand(role?.kind === 'dtype', 'its dtype is none');
  return role.dtype;
}

/** Hooks are called by torch during the backward pass: only an empty OrderedDict, or none at all. */
function isEmptyMapping(hooks: Value | undefined): boolean {
  return hooks === null || (isThing(hooks) && entriesOf(hooks)?.length === 0);
}

/** Attributes that a tensor gets: a dict of names that mean nothing to Python. */
function isPlainState(state: Value | undefined): boolean {
  return state === null || (isThing(state) && hasPlainKeys(entriesOf(state)));
}

function isQuantizerPart(part: Value): boolean {
  if (typeof part === 'number' || isKind(part, 'float') || isObject(part, 'tensor')) return true;
  return isKind(part, 'global') && isConstant(part);
}

function isConstant({ allowed }: GlobalValue): boolean {
  return allowed?.role?.kind === 'constant';
}

function entriesOf(value: Value): readonly Value[] | undefined {
  return isKind(value, 'dict') || isObject(value, 'mapping') ? value.entries : undefined;
}

/** Are the keys of these entries names that Python gives no meaning to? */
export function hasPlainKeys(entries: readonly Value[] | undefined): boolean {
  return (
    entries?.every(
      (entry, index) => index % 2 === 1 || (typeof entry === 'string' && !/^__.*__$/.test(entry)),
    ) === true
  );
}
