import type { RuleTable } from './rule-table.ts';

const next =
  'Ask the sender for the array as safetensors, or saved again by numpy.save with allow_pickle=False.';

/** Arrays of numpy. */
export const numpyRules = {
  'npy.malformed': {
    version: 1,
    severity: 'critical',
    title: 'not a well-formed array',
    why: 'numpy evaluates the header as a Python literal, so nothing but what numpy writes belongs there.',
    next,
  },
  'npy.object': {
    version: 1,
    severity: 'critical',
    title: 'an array of objects',
    why: 'Its elements are a pickle, which runs when the array is loaded.',
    next,
  },
  'npy.dtype': {
    version: 1,
    severity: 'critical',
    title: 'an array of a type that is not on the list',
    why: 'What its elements are is not known, so their bytes cannot be checked.',
    next,
  },
  'npy.length': {
    version: 1,
    severity: 'critical',
    title: 'array and shape do not fit',
    why: 'Bytes beyond the array are hidden there; missing ones let a loader read what is not its own.',
    next,
  },
} as const satisfies RuleTable;
