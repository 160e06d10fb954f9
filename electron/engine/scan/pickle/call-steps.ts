import { shown } from '../shown.ts';
import { demand, Refusal } from './allowed-global.ts';
import { joblibArrayOf } from './globals-joblib.ts';
import { demandArrayState, demandDtypeState } from './globals-numpy.ts';
import { hasPlainKeys } from './globals-torch.ts';
import { allowedGlobal } from './globals.ts';
import type { Machine } from './machine.ts';
import type { Step } from './scalar-steps.ts';
import { storageOf } from './storage-id.ts';
import {
  type GlobalValue,
  isKind,
  isThing,
  isTuple,
  type ObjectValue,
  OPAQUE,
  type Value,
} from './values.ts';

/** Opcodes that import, call and build: everything a pickle can do harm with. */
export const callSteps: Readonly<Record<string, Step>> = {
  GLOBAL: (machine) => {
    const module = utf8Line(machine);
    machine.push(importGlobal(machine, module, utf8Line(machine)));
  },
  STACK_GLOBAL: (machine) => {
    const [name, module] = [machine.pop(), machine.pop()];
    if (typeof name === 'string' && typeof module === 'string')
      machine.push(importGlobal(machine, module, name));
    else {
      machine.find('pickle.global-computed', 'What it imports is not written in it, but made while loading.');
      machine.push(OPAQUE);
    }
  },
  REDUCE: (machine) => {
    const [args, callee] = [machine.pop(), machine.pop()];
    machine.push(call(machine, callee, args));
  },
  NEWOBJ: (machine) => {
    const [args, callee] = [machine.pop(), machine.pop()];
    machine.push(call(machine, callee, args));
  },
  BUILD: (machine) => {
    const state = machine.pop();
    build(machine, machine.top(), state);
  },
  BINPERSID: (machine) => {
    const id = machine.pop();
    machine.push(attempt(machine, 'pickle.persistent-id', 'a persistent id', () => storageOf(machine, id)));
  },
};

/** Opcodes that are always denied; what they import is told too, and the walk goes on with what nobody knows. */
export const deniedSteps: Readonly<Record<string, Step>> = {
  INST: (machine) => {
    machine.popToMark();
    const module = utf8Line(machine);
    importGlobal(machine, module, utf8Line(machine));
    machine.push(OPAQUE);
  },
  OBJ: (machine) => {
    machine.popToMark();
    machine.push(OPAQUE);
  },
  NEWOBJ_EX: (machine) => {
    for (let count = 0; count < 3; count++) machine.pop();
    machine.push(OPAQUE);
  },
  EXT1: (machine) => pushAfter(machine, 1),
  EXT2: (machine) => pushAfter(machine, 2),
  EXT4: (machine) => pushAfter(machine, 4),
  PERSID: (machine) => {
    machine.line();
    machine.push(OPAQUE);
  },
  NEXT_BUFFER: (machine) => machine.push(OPAQUE),
  READONLY_BUFFER: (machine) => void machine.top(),
};

function pushAfter(machine: Machine, argumentBytes: number): void {
  machine.cursor.skip(argumentBytes);
  machine.push(OPAQUE);
}

function utf8Line(machine: Machine): string {
  const bytes = machine.cursor.line(MAX_NAME_BYTES);
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return machine.fail('A name is not UTF-8.');
  }
}

const MAX_NAME_BYTES = 64 * 1024;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function importGlobal(machine: Machine, module: string, name: string): GlobalValue {
  const path = `${module}.${name}`;
  const allowed = allowedGlobal(module, name, machine.setting);
  if (allowed === undefined) {
    machine.find('pickle.global-denied', `It imports ${shown(path)}, which is not on the list.`, path);
  }
  return { kind: 'global', path, allowed };
}

function call(machine: Machine, callee: Value, args: Value): Value {
  if (isKind(callee, 'opaque') || (isKind(callee, 'global') && callee.allowed === undefined)) return OPAQUE;
  const make = isKind(callee, 'global') ? callee.allowed?.call : undefined;
  if (!isKind(callee, 'global') || make === undefined) {
    const what = isKind(callee, 'global') ? callee.path : 'something that it made';
    machine.find('pickle.call-denied', `It calls ${shown(what)}, which may not be called.`, what);
    return OPAQUE;
  }
  return attempt(machine, 'pickle.arguments', callee.path, () => {
    demand(isTuple(args), 'its arguments are no tuple');
    return make(args.items);
  });
}

function build(machine: Machine, onto: Value, state: Value): void {
  if (isKind(onto, 'opaque') || (isKind(onto, 'global') && onto.allowed === undefined)) return;
  if (!isThing(onto) || onto.kind !== 'object') {
    machine.find('pickle.build-denied', 'It sets the state of what is no object of the list.');
    return;
  }
  attempt(machine, 'pickle.build-denied', `the state of an object`, () => {
    demand(onto.state === undefined, 'it has a state already');
    onto.state = state;
    builders[onto.type](machine, onto, state);
    return null;
  });
}

const builders: Readonly<
  Record<ObjectValue['type'], (machine: Machine, onto: ObjectValue, state: Value) => void>
> = {
  mapping: (_machine, _onto, state) => {
    demand(isKind(state, 'dict') && hasPlainKeys(state.entries), 'it is no dict of plain names');
  },
  array: (_machine, _onto, state) => demandArrayState(state),
  dtype: (_machine, onto, state) => demandDtypeState(onto, state),
  'joblib-array': (machine, _onto, state) => passJoblibArray(machine, state),
  tensor: () => demand(false, 'a tensor has none'),
  plain: () => demand(false, 'it has none'),
};

/** The wrapper is built, and the array's bytes stand where the next opcode would: joblib's unpickler reads them itself. */
function passJoblibArray(machine: Machine, state: Value): void {
  const { sizeBytes, padded } = joblibArrayOf(state);
  if (machine.frameEnd > machine.cursor.offset) machine.fail('An array of joblib lies in a frame.');
  machine.frameEnd = -1;
  const start = machine.cursor.offset;
  if (padded) passPadding(machine);
  else {
    const detail =
      'An array stands in the stream without padding before it, so its first bytes may be opcodes.';
    machine.find('joblib.ambiguous', detail);
  }
  machine.cursor.stream(sizeBytes);
  machine.rawBytes += machine.cursor.offset - start;
}

/** A byte that says how many follow, 0xff each: nothing that an unpickler would take for an opcode. */
function passPadding(machine: Machine): void {
  const length = machine.cursor.u8();
  const padding = machine.cursor.bytes(length);
  if (length < 1 || length > 16 || padding.some((byte) => byte !== 0xff)) {
    machine.fail('The padding before an array is not as joblib writes it.');
  }
}

/** Makes something; where its schema refuses, that is a finding, and nobody knows what it is. */
function attempt(machine: Machine, rule: string, what: string, make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    machine.find(rule, `Refused: ${shown(what)}, since ${shown(error.message)}.`, what);
    return OPAQUE;
  }
}
