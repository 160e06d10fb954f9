import type { RuleTable } from './rule-table.ts';

const next =
  'Ask the sender for the weights as safetensors, or have a person look at it and waive it for this digest.';
const callsWhy =
  'Loading a pickle calls what it names, so one callable that is not known runs whatever the sender chose.';
const parseWhy =
  'What cannot be parsed as the loader parses it was not checked; a payload in front of the fault runs all the same.';

/** Pickles, in whatever they are wrapped. */
export const pickleRules = {
  'pickle.malformed': {
    version: 1,
    severity: 'critical',
    title: 'not a well-formed pickle',
    why: parseWhy,
    next,
  },
  'pickle.limit': {
    version: 1,
    severity: 'critical',
    title: 'a pickle beyond the limits',
    why: 'What needs more than weights ever need is not read to the end, and so is not clean.',
    next,
  },
  'pickle.global-denied': {
    version: 1,
    severity: 'critical',
    title: 'imports what is not on the list',
    why: callsWhy,
    next,
  },
  'pickle.global-computed': {
    version: 1,
    severity: 'critical',
    title: 'imports what is only known while loading',
    why: 'A name that is put together during loading hides what is imported from whoever reads the file.',
    next,
  },
  'pickle.call-denied': {
    version: 1,
    severity: 'critical',
    title: 'calls what may not be called',
    why: callsWhy,
    next,
  },
  'pickle.arguments': {
    version: 1,
    severity: 'critical',
    title: 'a known callable with arguments that do not fit',
    why: 'What is harmless with the arguments that a library writes can read outside its memory, or call on, with others.',
    next,
  },
  'pickle.build-denied': {
    version: 1,
    severity: 'critical',
    title: 'sets a state that does not fit',
    why: 'Setting the state of an object calls code of it, or overwrites attributes that other code calls.',
    next,
  },
  'pickle.item-denied': {
    version: 1,
    severity: 'critical',
    title: 'fills what is no container',
    why: 'Adding items to something else calls a method of it.',
    next,
  },
  'pickle.persistent-id': {
    version: 1,
    severity: 'critical',
    title: 'a reference that is no storage',
    why: 'What a persistent id means is up to the program that loads it; only the storages of torch are known.',
    next,
  },
  'pickle.opcode-denied': {
    version: 1,
    severity: 'critical',
    title: 'an opcode that weights do not need',
    why: 'These opcodes call something, or are there to mislead whoever reads along; no library writes them for weights.',
    next,
  },
  'pickle.protocol': {
    version: 1,
    severity: 'critical',
    title: 'protocol and opcodes do not agree',
    why: 'No pickler writes this; it is how scanners are led to another reading than the loader has.',
    next,
  },
  'pickle.frame': {
    version: 1,
    severity: 'critical',
    title: 'frames that loaders read differently',
    why: 'The C and the Python unpickler disagree on such frames, so what is loaded depends on the loader.',
    next,
  },
  'pickle.left-over': {
    version: 1,
    severity: 'critical',
    title: 'values left over at the end',
    why: 'A pickle leaves one value; more of them are the traces of calls whose results are thrown away.',
    next,
  },
  'pickle.trailing': {
    version: 1,
    severity: 'critical',
    title: 'bytes after the end of the pickle',
    why: 'What follows the end is hidden from most readers, and is loaded by whoever loads twice.',
    next,
  },
  'pickle.nested': {
    version: 1,
    severity: 'high',
    title: 'a pickle in a value',
    why: 'Nothing loads it by itself, but a program that expects it does, and then it runs.',
    next: 'Find out which program loads it, or ask the sender for the weights as safetensors.',
  },
  'pickle.nested-code': {
    version: 1,
    severity: 'critical',
    title: 'a pickle in a value that would run code',
    why: 'A payload that waits in a value for a second loading step has no place among weights.',
    next,
  },
  'joblib.ambiguous': {
    version: 1,
    severity: 'high',
    title: 'array bytes where opcodes may stand',
    why: 'joblib before 1.1 wrote arrays like this; joblib passes them over, but pickle.load would run them as opcodes.',
    next: 'Load it with joblib only, or ask the sender to write it again with joblib 1.1 or later.',
  },
} as const satisfies RuleTable;
