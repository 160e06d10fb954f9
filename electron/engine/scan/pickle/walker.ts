import type { Cursor } from '../cursor.ts';
import { Malformed } from '../malformed.ts';
import { callSteps, deniedSteps } from './call-steps.ts';
import { containerSteps } from './container-steps.ts';
import { pickleLimits } from './limits.ts';
import { Machine, type WalkOptions } from './machine.ts';
import { type Opcode, opcodes } from './opcodes.ts';
import { scalarSteps, type Step } from './scalar-steps.ts';
import type { StorageValue, Value } from './values.ts';

export type { WalkOptions } from './machine.ts';

/** What a pickle comes to. */
export interface WalkedPickle {
  readonly value: Value;
  readonly storages: ReadonlyMap<string, StorageValue>;
}

/**
 * Walks one pickle stream from the cursor to its STOP, opcode by opcode, without running anything: allowed is only what is on
 * the list, everything else is a finding. Afterwards the cursor stands behind STOP. Throws Malformed where CPython's
 * unpicklers would fail, or would disagree.
 */
export function walkPickle(cursor: Cursor, options: WalkOptions): WalkedPickle {
  const machine = new Machine(cursor, options);
  const start = cursor.offset;
  for (let count = 1; ; count++) {
    machine.offset = cursor.offset;
    if (machine.frameEnd >= 0 && machine.offset >= machine.frameEnd) leaveFrame(machine);
    if (count > pickleLimits.maxOpcodes) machine.overLimit(`${pickleLimits.maxOpcodes} opcodes`);
    if (machine.offset - start - machine.rawBytes > pickleLimits.maxBytes) {
      machine.overLimit(`${pickleLimits.maxBytes} bytes`);
    }
    options.context.budget.step();
    const code = cursor.u8();
    const row = rows[code];
    if (row === undefined) return machine.fail(`0x${code.toString(16).padStart(2, '0')} is no opcode.`);
    if (row.check) check(machine, row.opcode, start);
    if (code === STOP) return { value: stop(machine), storages: machine.storages };
    row.step(machine);
  }
}

/** The same, where Malformed becomes a finding and the result is undefined: there is more to look at beside this stream. */
export function walkAndTell(cursor: Cursor, options: WalkOptions): WalkedPickle | undefined {
  try {
    return walkPickle(cursor, options);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    options.context.find(error.rule, error.message, error);
    return undefined;
  }
}

const STOP = 0x2e;

interface Row {
  readonly opcode: Opcode;
  readonly step: Step;
  /** Is there anything to check before the step? Not for what every protocol and setting may have. */
  readonly check: boolean;
}

const allSteps: Readonly<Record<string, Step>> = {
  ...scalarSteps,
  ...containerSteps,
  ...callSteps,
  ...deniedSteps,
  STOP: () => {},
  PROTO: (machine) => {
    const version = machine.cursor.u8();
    if (version > 5) machine.fail(`There is no protocol ${version}.`);
    machine.protocol = version;
  },
  FRAME: (machine) => enterFrame(machine),
};

const rows: readonly (Row | undefined)[] = opcodes.map((opcode) => {
  const step = opcode === undefined ? undefined : allSteps[opcode.name];
  if (opcode === undefined || step === undefined) return undefined;
  return { opcode, step, check: opcode.protocol >= 2 || opcode.profile !== 'torch' };
});

/** What an opcode has to do with where it stands. */
function check(machine: Machine, { name, profile, protocol }: Opcode, start: number): void {
  if (profile === 'denied' || (profile === 'plain' && machine.setting === 'torch')) {
    machine.find('pickle.opcode-denied', `It has the opcode ${name}, which weights do not need.`, name);
  }
  if (name === 'PROTO') {
    if (machine.offset !== start)
      machine.find('pickle.protocol', 'It declares its protocol in the middle.', name);
  } else if (protocol > machine.protocol) {
    const detail = `It has the opcode ${name} of protocol ${protocol}, but is of protocol ${machine.protocol}.`;
    machine.find('pickle.protocol', detail, name);
  }
}

/** Exactly one value is left, and no mark. */
function stop(machine: Machine): Value {
  if (machine.frameEnd >= 0 && machine.cursor.offset !== machine.frameEnd) {
    throw new Malformed('pickle.frame', 'It ends inside a frame.', { offset: machine.offset });
  }
  const value = machine.pop();
  if (!machine.isEmpty()) machine.find('pickle.left-over', 'More than one value is left at the end.');
  return value;
}

function enterFrame(machine: Machine): void {
  const length = machine.cursor.size64le();
  if (machine.frameEnd >= 0) {
    throw new Malformed('pickle.frame', 'A frame lies in a frame.', { offset: machine.offset });
  }
  if (length > machine.cursor.remaining) machine.fail('A frame is longer than the rest.');
  machine.frameEnd = machine.cursor.offset + length;
}

/** An opcode that reaches over a frame's end is read in two ways: in C by what follows, in Python as an error. */
function leaveFrame(machine: Machine): void {
  if (machine.offset > machine.frameEnd) {
    throw new Malformed('pickle.frame', 'An opcode reaches over the end of a frame.', {
      offset: machine.offset,
    });
  }
  machine.frameEnd = -1;
}
