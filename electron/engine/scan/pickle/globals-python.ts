import { demand, type GlobalTable } from './allowed-global.ts';
import { type AllowedGlobal, FLOAT, isKind, isThing, isTuple, objectValue, type Value } from './values.ts';

const factory = { kind: 'factory' } as const;

/** A class whose call without arguments gives an empty value. */
function emptyOf(make: () => Value, rest: Partial<AllowedGlobal> = {}): AllowedGlobal {
  return {
    role: factory,
    call: (args) => {
      demand(args.length === 0, 'it is called with arguments');
      return make();
    },
    ...rest,
  };
}

const setLike: AllowedGlobal = {
  role: factory,
  call: (args) => {
    const items = args.length === 0 ? [] : itemsOf(args);
    return { kind: 'set', items: [...items] };
  },
};

const orderedDict: AllowedGlobal = {
  role: factory,
  call: (args) => objectValue('mapping', [], { entries: args.length === 0 ? [] : pairsOf(args) }),
};

const defaultDict: AllowedGlobal = {
  call: (args) => {
    const [made] = args;
    const isFactory = isKind(made, 'global') && made.allowed?.role?.kind === 'factory';
    demand(
      args.length <= 1 && (args.length === 0 || made === null || isFactory),
      'its factory is not on the list',
    );
    return objectValue('mapping');
  },
};

const counter: AllowedGlobal = {
  call: (args) => {
    const [counts] = args;
    if (args.length === 0) return objectValue('mapping');
    demand(args.length === 1 && isKind(counts, 'dict'), 'it counts what is no dict');
    return objectValue('mapping', [], { entries: [...counts.entries] });
  },
};

const complex: AllowedGlobal = {
  call: (args) => {
    const numbers = args.every((arg) => isKind(arg, 'float') || typeof arg === 'number');
    demand(args.length === 2 && numbers, 'it is not made of two numbers');
    return FLOAT;
  },
};

/** How protocols 0 to 2 write bytes: `_codecs.encode(text, 'latin1')`, since CPython 3. */
const encode: AllowedGlobal = {
  call: ([text, encoding, ...rest]) => {
    demand(rest.length === 0 && typeof text === 'string', 'what it encodes is no text');
    demand(encoding === 'latin1' || encoding === 'latin-1', 'its encoding is not latin1');
    demand(!/[^\0-\xff]/.test(text), 'what it encodes is not latin1');
    return { kind: 'bytes', bytes: Buffer.from(text, 'latin1') };
  },
};

/** `bytearray(text, 'latin-1')` up to protocol 2, `bytearray(bytes)` in 3 and 4. */
const byteArray: AllowedGlobal = {
  call: (args) => {
    const [content] = args;
    if (args.length === 0) return { kind: 'bytes', bytes: new Uint8Array(0) };
    if (args.length === 1 && isKind(content, 'bytes')) return content;
    return encode.call?.(args) ?? null;
  },
};

const range: AllowedGlobal = {
  call: (args) => {
    const whole = args.every((arg) => arg === null || typeof arg === 'number');
    demand(args.length <= 3 && whole, 'its bounds are no numbers');
    return objectValue('plain');
  },
};

const builtins = {
  set: setLike,
  frozenset: setLike,
  bytearray: byteArray,
  bytes: emptyOf(() => ({ kind: 'bytes', bytes: new Uint8Array(0) })),
  complex,
  range,
  slice: range,
  list: emptyOf(() => ({ kind: 'list', items: [] })),
  dict: emptyOf(() => ({ kind: 'dict', entries: [] })),
  tuple: emptyOf(() => ({ kind: 'tuple', items: [] })),
  int: emptyOf(() => 0),
  float: emptyOf(() => FLOAT),
  str: emptyOf(() => ''),
  bool: emptyOf(() => false),
} as const satisfies Record<string, AllowedGlobal>;

/** Python 2 names of the above; `xrange`, `long` and `unicode` are what CPython 3 renames. */
const python2 = { ...builtins, xrange: range, long: builtins.int, unicode: builtins.str };

const inModule = (module: string, table: Readonly<Record<string, AllowedGlobal>>): GlobalTable =>
  Object.fromEntries(Object.entries(table).map(([name, row]) => [`${module} ${name}`, row]));

/** What Python's own library contributes to pickles of weights. Nothing here imports, looks up, opens or evaluates. */
export const pythonGlobals: GlobalTable = {
  ...inModule('builtins', builtins),
  ...inModule('__builtin__', python2),
  'collections OrderedDict': orderedDict,
  'collections defaultdict': defaultDict,
  'collections Counter': counter,
  '_codecs encode': encode,
};

function itemsOf(args: readonly Value[]): readonly Value[] {
  const [content] = args;
  const sequence =
    isThing(content) && (content.kind === 'list' || content.kind === 'tuple' || content.kind === 'set');
  demand(args.length === 1 && sequence, 'it is not made of a sequence');
  return content.items;
}

function pairsOf(args: readonly Value[]): Value[] {
  return itemsOf(args).flatMap((pair) => {
    const isPair = (isTuple(pair) || isKind(pair, 'list')) && pair.items.length === 2;
    demand(isPair, 'it is not made of pairs');
    return pair.items;
  });
}
