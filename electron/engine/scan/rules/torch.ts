import type { RuleTable } from './rule-table.ts';

const next = 'Ask the sender to save it again with torch.save, or for the weights as safetensors.';

/** Files of torch.save, zipped and legacy. */
export const torchRules = {
  'torch.script': {
    version: 1,
    severity: 'critical',
    title: 'TorchScript, which is code',
    why: 'Loading it compiles and runs the code in it; that is a program, not weights.',
    next: 'Have the code approved on its own, or ask the sender for the state dict as safetensors.',
  },
  'torch.storage': {
    version: 1,
    severity: 'critical',
    title: 'a storage that is not as described',
    why: 'Tensors over a storage of another size than stated read memory that is not theirs.',
    next,
  },
  'torch.unreferenced': {
    version: 1,
    severity: 'high',
    title: 'a storage that nothing refers to',
    why: 'No loader reads it, so it is either left over or hidden there.',
    next,
  },
  'torch.layout': {
    version: 1,
    severity: 'high',
    title: 'a part that torch does not write like this',
    why: 'What torch does not write was put there by something else.',
    next,
  },
  'torch.legacy': {
    version: 1,
    severity: 'critical',
    title: 'not a well-formed legacy torch file',
    why: 'What cannot be parsed as torch parses it was not checked.',
    next,
  },
} as const satisfies RuleTable;
