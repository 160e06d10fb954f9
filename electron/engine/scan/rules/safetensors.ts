import type { RuleTable } from './rule-table.ts';

const askAgain = 'Keep the file out, and ask the sender for one written by the safetensors library.';
const rejected = 'Two readers of a file like this may see different tensors.';

/** What can be wrong with a safetensors file (safetensors' README, "Format"; stricter where said). */
export const safetensorsRules = {
  'safetensors.header': {
    version: 1,
    severity: 'critical',
    title: 'header is not well formed',
    why: 'What the header does not say clearly is left to each reader.',
    next: askAgain,
  },
  'safetensors.duplicate-key': {
    version: 1,
    severity: 'critical',
    title: 'a name twice',
    why: rejected,
    next: askAgain,
  },
  'safetensors.unknown-field': {
    version: 1,
    severity: 'critical',
    title: 'a field that is not in the format',
    why: 'The format has three fields; a fourth is meant for a reader that nobody named.',
    next: askAgain,
  },
  'safetensors.dtype': {
    version: 1,
    severity: 'critical',
    title: 'unknown type',
    why: 'The size of the data cannot be checked without knowing its type.',
    next: askAgain,
  },
  'safetensors.size': {
    version: 1,
    severity: 'critical',
    title: 'shape and data differ in size',
    why: 'A reader that trusts the shape reads bytes that belong to something else.',
    next: askAgain,
  },
  'safetensors.layout': {
    version: 1,
    severity: 'critical',
    title: 'data with gaps, overlaps or a tail',
    why: 'Bytes that belong to no tensor, or to two, can carry what no reader checks.',
    next: askAgain,
  },
  'safetensors.leading-space': {
    version: 1,
    severity: 'warning',
    title: 'header starts with white space',
    why: 'The format wants the header to start with a brace; some readers refuse the file.',
    next: 'Ask the sender how the file was written.',
  },
  'safetensors.header-alignment': {
    version: 1,
    severity: 'info',
    title: 'header length is not a multiple of 8',
    why: 'Old versions of the library wrote such files; data that is not aligned is read more slowly.',
    next: 'Nothing has to be done.',
  },
  'safetensors.deceptive-name': {
    version: 1,
    severity: 'high',
    title: 'a name with hidden characters or markup',
    why: 'Names like this look like others, or act when a tool shows them.',
    next: 'Look at the name as it is shown here, and ask the sender why it is so.',
  },
  'safetensors.active-metadata': {
    version: 1,
    severity: 'high',
    title: 'markup in the metadata',
    why: 'Metadata that hold script act on whoever shows them as a page.',
    next: 'Look at the text, and ask the sender why it is there.',
  },
  'safetensors.command-in-metadata': {
    version: 1,
    severity: 'warning',
    title: 'a command in the metadata',
    why: 'Loaders do not run metadata, but a script that reads them might, and weights have no use for commands.',
    next: 'Look at the text, and ask the sender why it is there.',
  },
  'safetensors.address-in-metadata': {
    version: 1,
    severity: 'warning',
    title: 'an address to fetch from',
    why: 'A tool that follows such an address would leave this network, or load what nobody checked.',
    next: 'Look at the address, and ask the sender who is meant to follow it.',
  },
} as const satisfies RuleTable;
