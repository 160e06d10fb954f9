import type { RuleTable } from './rule-table.ts';

const askAgain = 'Keep the file out, and ask the sender to export the model again.';

/** What can be wrong with files that hold a graph of operators: ONNX, SavedModel. */
export const graphRules = {
  'onnx.malformed': {
    version: 1,
    severity: 'critical',
    title: 'model that is not well formed',
    why: 'What cannot be parsed was not checked.',
    next: askAgain,
  },
  'onnx.external-path': {
    version: 1,
    severity: 'critical',
    title: 'external data outside the folder',
    why: 'A loader would read any file on the server (CVE-2022-25882, CVE-2024-27318, CVE-2025-51480).',
    next: askAgain,
  },
  'onnx.external-data': {
    version: 1,
    severity: 'critical',
    title: 'external data that is not described',
    why: 'A loader cannot tell which bytes belong to the tensor (CVE-2026-34445).',
    next: askAgain,
  },
  'onnx.code-operator': {
    version: 1,
    severity: 'critical',
    title: 'operator that runs code',
    why: 'It calls Python or a library when the model runs.',
    next: 'Ask the sender for a model of standard operators, or have the code approved separately.',
  },
  'onnx.custom-domain': {
    version: 1,
    severity: 'high',
    title: 'operators of another domain',
    why: 'They need a library that is not part of the runtime, and what they do was not checked.',
    next: 'Find out which library the operators come from, and whether the servers have it.',
  },
  'onnx.size': {
    version: 1,
    severity: 'critical',
    title: 'shape and data differ in size',
    why: 'Sizes like this have made loaders read and write outside their memory (CVE-2026-27489).',
    next: askAgain,
  },
  'onnx.control-flow': {
    version: 1,
    severity: 'info',
    title: 'branches or loops',
    why: 'What the model computes depends on its input; every branch was read.',
    next: 'Nothing has to be done.',
  },
  'onnx.unread-branch': {
    version: 1,
    severity: 'high',
    title: 'branch without a graph',
    why: 'A branch or loop whose graph is not there, or is there in a form that is not known, was not read.',
    next: askAgain,
  },
  'onnx.training': {
    version: 1,
    severity: 'warning',
    title: 'training graph',
    why: 'The file holds more than what inference needs.',
    next: 'Ask the sender for the model without it.',
  },
  'onnx.unknown-field': {
    version: 1,
    severity: 'warning',
    title: 'fields that are not known',
    why: 'They are of a later version, or carry something that no reader looks at.',
    next: 'Ask the sender which tool wrote the file.',
  },
  'onnx.deceptive-text': {
    version: 1,
    severity: 'high',
    title: 'a name with hidden characters, or markup in the metadata',
    why: 'Such text looks like another, or acts when a tool shows it.',
    next: 'Look at the text as it is shown here, and ask the sender why it is so.',
  },
  'hdf5.malformed': {
    version: 1,
    severity: 'critical',
    title: 'HDF5 that is not well formed',
    why: 'What cannot be parsed was not checked, and its loader is C.',
    next: 'Ask the sender for the weights as safetensors.',
  },
  'hdf5.link': {
    version: 1,
    severity: 'critical',
    title: 'link or data outside the file',
    why: 'A loader would read any file on the server (CVE-2025-9905, CVE-2026-1669).',
    next: 'Keep the file out, and ask the sender for the weights as safetensors.',
  },
  'hdf5.soft-link': {
    version: 1,
    severity: 'high',
    title: 'soft link',
    why: 'One name stands for another, so two readers may see different weights.',
    next: 'Ask the sender for the weights as safetensors.',
  },
  'hdf5.size': {
    version: 1,
    severity: 'critical',
    title: 'shape that the file cannot hold',
    why: 'A loader that trusts the shape takes all memory (CVE-2026-0897).',
    next: 'Keep the file out, and ask the sender for the weights as safetensors.',
  },
  'hdf5.unread': {
    version: 1,
    severity: 'high',
    title: 'part that is not read',
    why: 'It is stored in a way that is not walked here, so it was not checked.',
    next: 'Ask the sender for the weights as safetensors.',
  },
} as const satisfies RuleTable;
