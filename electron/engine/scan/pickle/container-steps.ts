import type { Machine } from './machine.ts';
import type { Step } from './scalar-steps.ts';
import { isThing, type Value } from './values.ts';

/** Opcodes that make containers, and those that fill them. */
export const containerSteps: Readonly<Record<string, Step>> = {
  MARK: (machine) => machine.mark(),
  POP_MARK: (machine) => void machine.popToMark(),

  EMPTY_TUPLE: (machine) => machine.push({ kind: 'tuple', items: [] }),
  TUPLE: (machine) => machine.push({ kind: 'tuple', items: machine.popToMark() }),
  TUPLE1: (machine) => machine.push({ kind: 'tuple', items: [machine.pop()] }),
  TUPLE2: (machine) => {
    const last = machine.pop();
    machine.push({ kind: 'tuple', items: [machine.pop(), last] });
  },
  TUPLE3: (machine) => {
    const last = machine.pop();
    const middle = machine.pop();
    machine.push({ kind: 'tuple', items: [machine.pop(), middle, last] });
  },

  EMPTY_LIST: (machine) => machine.push({ kind: 'list', items: [] }),
  LIST: (machine) => machine.push({ kind: 'list', items: machine.popToMark() }),
  APPEND: (machine) => {
    const item = machine.pop();
    extend(machine, 'list', [item]);
  },
  APPENDS: (machine) => extend(machine, 'list', machine.popToMark()),

  EMPTY_SET: (machine) => machine.push({ kind: 'set', items: [] }),
  ADDITEMS: (machine) => extend(machine, 'set', machine.popToMark()),
  FROZENSET: (machine) => machine.push({ kind: 'set', items: machine.popToMark() }),

  EMPTY_DICT: (machine) => machine.push({ kind: 'dict', entries: [] }),
  DICT: (machine) => machine.push({ kind: 'dict', entries: paired(machine, machine.popToMark()) }),
  SETITEM: (machine) => {
    const value = machine.pop();
    const key = machine.pop();
    setItems(machine, [key, value]);
  },
  SETITEMS: (machine) => setItems(machine, machine.popToMark()),
};

/** Adds to the list or set on top. On anything else it would call a method of it. */
function extend(machine: Machine, kind: 'list' | 'set', items: readonly Value[]): void {
  const onto = machine.top();
  if (isThing(onto) && onto.kind === 'opaque') return;
  if (isThing(onto) && onto.kind === kind) for (const item of items) onto.items.push(item);
  else machine.find('pickle.item-denied', `It adds items to what is no ${kind}.`);
}

/** Sets items of the dict on top. On anything else it would call `__setitem__` of it. */
function setItems(machine: Machine, entries: readonly Value[]): void {
  const onto = machine.top();
  paired(machine, entries);
  if (isThing(onto) && onto.kind === 'opaque') return;
  const isDict =
    isThing(onto) && (onto.kind === 'dict' || (onto.kind === 'object' && onto.type === 'mapping'));
  if (isDict) for (const entry of entries) onto.entries.push(entry);
  else machine.find('pickle.item-denied', 'It sets items of what is no dict.');
}

function paired<T extends readonly Value[]>(machine: Machine, entries: T): T {
  return entries.length % 2 === 0 ? entries : machine.fail('A dict has a key without a value.');
}
