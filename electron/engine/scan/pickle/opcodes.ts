/**
 * Every opcode of protocols 0 to 5, from CPython's pickletools. `torch`: what torch's weights_only unpickler takes; `extended`:
 * other binary ones; `plain`: the text ones of protocol 0, and what CPython's pickler needs for recursive tuples; `denied`:
 * never, since it calls something, or hides what is called from whoever reads along.
 */
export type Profile = 'torch' | 'extended' | 'plain' | 'denied';

export interface Opcode {
  readonly code: number;
  readonly name: string;
  readonly protocol: number;
  readonly profile: Profile;
}

type Row = readonly [code: number, name: string, protocol: number, profile: Profile];

const rows: readonly Row[] = [
  [0x28, 'MARK', 0, 'torch'],
  [0x29, 'EMPTY_TUPLE', 1, 'torch'],
  [0x2e, 'STOP', 0, 'torch'],
  [0x30, 'POP', 0, 'plain'],
  [0x31, 'POP_MARK', 1, 'plain'],
  [0x32, 'DUP', 0, 'plain'],
  [0x42, 'BINBYTES', 3, 'extended'],
  [0x43, 'SHORT_BINBYTES', 3, 'extended'],
  [0x46, 'FLOAT', 0, 'plain'],
  [0x47, 'BINFLOAT', 1, 'torch'],
  [0x49, 'INT', 0, 'plain'],
  [0x4a, 'BININT', 1, 'torch'],
  [0x4b, 'BININT1', 1, 'torch'],
  [0x4c, 'LONG', 0, 'plain'],
  [0x4d, 'BININT2', 1, 'torch'],
  [0x4e, 'NONE', 0, 'torch'],
  [0x50, 'PERSID', 0, 'denied'],
  [0x51, 'BINPERSID', 1, 'torch'],
  [0x52, 'REDUCE', 0, 'torch'],
  [0x53, 'STRING', 0, 'plain'],
  [0x54, 'BINSTRING', 1, 'extended'],
  [0x55, 'SHORT_BINSTRING', 1, 'torch'],
  [0x56, 'UNICODE', 0, 'plain'],
  [0x58, 'BINUNICODE', 1, 'torch'],
  [0x5d, 'EMPTY_LIST', 1, 'torch'],
  [0x61, 'APPEND', 0, 'torch'],
  [0x62, 'BUILD', 0, 'torch'],
  [0x63, 'GLOBAL', 0, 'torch'],
  [0x64, 'DICT', 0, 'plain'],
  [0x65, 'APPENDS', 1, 'torch'],
  [0x67, 'GET', 0, 'plain'],
  [0x68, 'BINGET', 1, 'torch'],
  [0x69, 'INST', 0, 'denied'],
  [0x6a, 'LONG_BINGET', 1, 'torch'],
  [0x6c, 'LIST', 0, 'plain'],
  [0x6f, 'OBJ', 1, 'denied'],
  [0x70, 'PUT', 0, 'plain'],
  [0x71, 'BINPUT', 1, 'torch'],
  [0x72, 'LONG_BINPUT', 1, 'torch'],
  [0x73, 'SETITEM', 0, 'torch'],
  [0x74, 'TUPLE', 0, 'torch'],
  [0x75, 'SETITEMS', 1, 'torch'],
  [0x7d, 'EMPTY_DICT', 1, 'torch'],
  [0x80, 'PROTO', 2, 'torch'],
  [0x81, 'NEWOBJ', 2, 'torch'],
  [0x82, 'EXT1', 2, 'denied'],
  [0x83, 'EXT2', 2, 'denied'],
  [0x84, 'EXT4', 2, 'denied'],
  [0x85, 'TUPLE1', 2, 'torch'],
  [0x86, 'TUPLE2', 2, 'torch'],
  [0x87, 'TUPLE3', 2, 'torch'],
  [0x88, 'NEWTRUE', 2, 'torch'],
  [0x89, 'NEWFALSE', 2, 'torch'],
  [0x8a, 'LONG1', 2, 'torch'],
  [0x8b, 'LONG4', 2, 'extended'],
  [0x8c, 'SHORT_BINUNICODE', 4, 'extended'],
  [0x8d, 'BINUNICODE8', 4, 'extended'],
  [0x8e, 'BINBYTES8', 4, 'extended'],
  [0x8f, 'EMPTY_SET', 4, 'extended'],
  [0x90, 'ADDITEMS', 4, 'extended'],
  [0x91, 'FROZENSET', 4, 'extended'],
  [0x92, 'NEWOBJ_EX', 4, 'denied'],
  [0x93, 'STACK_GLOBAL', 4, 'extended'],
  [0x94, 'MEMOIZE', 4, 'extended'],
  [0x95, 'FRAME', 4, 'extended'],
  [0x96, 'BYTEARRAY8', 5, 'extended'],
  [0x97, 'NEXT_BUFFER', 5, 'denied'],
  [0x98, 'READONLY_BUFFER', 5, 'denied'],
];

/** By code; undefined for bytes that are no opcode. */
export const opcodes: readonly (Opcode | undefined)[] = (() => {
  const table = new Array<Opcode | undefined>(256).fill(undefined);
  for (const [code, name, protocol, profile] of rows) table[code] = { code, name, protocol, profile };
  return table;
})();
