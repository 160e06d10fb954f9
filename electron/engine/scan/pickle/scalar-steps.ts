import type { Machine } from './machine.ts';
import {
  isFloatText,
  parseInt0,
  parseLong,
  parseMemoKey,
  parseQuoted,
  parseRawUnicode,
} from './text-arguments.ts';
import { FLOAT, type Value } from './values.ts';

/** What an opcode does to the machine. */
export type Step = (machine: Machine) => void;

/** Opcodes that push a value of their own, and those of stack and memo. */
export const scalarSteps: Readonly<Record<string, Step>> = {
  NONE: (machine) => machine.push(null),
  NEWTRUE: (machine) => machine.push(true),
  NEWFALSE: (machine) => machine.push(false),

  BININT: (machine) => machine.push(machine.cursor.i32le()),
  BININT1: (machine) => machine.push(machine.cursor.u8()),
  BININT2: (machine) => machine.push(machine.cursor.u16le()),
  LONG1: (machine) => machine.push(longOf(machine.cursor.bytes(machine.cursor.u8()))),
  LONG4: (machine) => {
    const length = machine.cursor.i32le();
    if (length < 0 || length > MAX_LONG_BYTES) machine.overLimit(`${MAX_LONG_BYTES} bytes of a number`);
    machine.push(longOf(machine.cursor.bytes(length)));
  },
  INT: (machine) => machine.push(textual(machine, parseInt0)),
  LONG: (machine) => machine.push(textual(machine, parseLong)),
  BINFLOAT: (machine) => {
    machine.cursor.u64le();
    machine.push(FLOAT);
  },
  FLOAT: (machine) => machine.push(textual(machine, (text) => (isFloatText(text) ? FLOAT : undefined))),

  SHORT_BINUNICODE: (machine) => machine.push(machine.text(machine.cursor.u8())),
  BINUNICODE: (machine) => machine.push(machine.text(machine.cursor.u32le())),
  BINUNICODE8: (machine) => machine.push(machine.text(machine.cursor.size64le())),
  UNICODE: (machine) => machine.push(machine.inspected(textual(machine, parseRawUnicode))),
  SHORT_BINSTRING: (machine) => machine.push(stringOf(machine.bytes(machine.cursor.u8()))),
  BINSTRING: (machine) => {
    const length = machine.cursor.i32le();
    if (length < 0) machine.fail('A text has a negative length.');
    machine.push(stringOf(machine.bytes(length)));
  },
  STRING: (machine) => {
    const text = machine.inspected(textual(machine, parseQuoted));
    machine.push(stringOf(Buffer.from(text, 'latin1')));
  },

  SHORT_BINBYTES: (machine) => machine.push({ kind: 'bytes', bytes: machine.bytes(machine.cursor.u8()) }),
  BINBYTES: (machine) => machine.push({ kind: 'bytes', bytes: machine.bytes(machine.cursor.u32le()) }),
  BINBYTES8: (machine) => machine.push({ kind: 'bytes', bytes: machine.bytes(machine.cursor.size64le()) }),
  BYTEARRAY8: (machine) => machine.push({ kind: 'bytes', bytes: machine.bytes(machine.cursor.size64le()) }),

  POP: (machine) => machine.popValueOrMark(),
  DUP: (machine) => machine.push(machine.top()),
  MEMOIZE: (machine) => machine.memoize(),
  BINPUT: (machine) => machine.memoize(machine.cursor.u8()),
  LONG_BINPUT: (machine) => machine.memoize(machine.cursor.u32le()),
  PUT: (machine) => machine.memoize(textual(machine, parseMemoKey)),
  BINGET: (machine) => machine.recall(machine.cursor.u8()),
  LONG_BINGET: (machine) => machine.recall(machine.cursor.u32le()),
  GET: (machine) => machine.recall(textual(machine, parseMemoKey)),
};

/** Enough for any number that weights come with. */
const MAX_LONG_BYTES = 1024;

/** The rest of the line, parsed. */
function textual<T>(machine: Machine, parse: (text: string) => T | undefined): T {
  return parse(machine.line()) ?? machine.fail('The argument of a text opcode is not as Python writes it.');
}

/** A number in little-endian two's complement. */
function longOf(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index] ?? 0);
  const signed = bytes.length === 0 ? 0n : BigInt.asIntN(8 * bytes.length, value);
  const number = Number(signed);
  return Number.isSafeInteger(number) ? number : signed;
}

/** A Python 2 string: text where it is ASCII; what else it becomes is up to whoever loads it. */
function stringOf(bytes: Uint8Array): Value {
  if (bytes.some((byte) => byte >= 0x80)) return { kind: 'bytes', bytes };
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
