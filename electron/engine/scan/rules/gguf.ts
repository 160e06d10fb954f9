import type { RuleTable } from './rule-table.ts';

const askAgain = 'Keep the file out, and ask the sender to convert the model again with a current llama.cpp.';

/** What can be wrong with a GGUF file (ggml/docs/gguf.md and what llama.cpp had to learn to refuse). */
export const ggufRules = {
  'gguf.version': {
    version: 1,
    severity: 'critical',
    title: 'version that is not read here',
    why: 'Only versions 2 and 3 in little-endian order are checked; another one was not.',
    next: askAgain,
  },
  'gguf.header': {
    version: 1,
    severity: 'critical',
    title: 'header is not well formed',
    why: 'Headers like this have made loaders write outside their memory (CVE-2026-33298, CVE-2025-49847).',
    next: askAgain,
  },
  'gguf.duplicate-name': {
    version: 1,
    severity: 'critical',
    title: 'a tensor name twice',
    why: 'Two readers of the file may take different tensors.',
    next: askAgain,
  },
  'gguf.type': {
    version: 1,
    severity: 'critical',
    title: 'unknown tensor type',
    why: 'The size of the data cannot be checked without knowing its type.',
    next: askAgain,
  },
  'gguf.size': {
    version: 1,
    severity: 'critical',
    title: 'shape that no data can have',
    why: 'Sizes that overflow have made loaders read and write outside their memory (CVE-2026-33298).',
    next: askAgain,
  },
  'gguf.layout': {
    version: 1,
    severity: 'critical',
    title: 'data with gaps, overlaps or a tail',
    why: 'Bytes that belong to no tensor, or lie outside the file, can carry or read what nobody checks.',
    next: askAgain,
  },
  'gguf.vocabulary': {
    version: 1,
    severity: 'critical',
    title: 'vocabulary of the wrong kind',
    why: 'Loaders index the vocabulary unchecked (CVE-2025-49847, CVE-2026-53923).',
    next: askAgain,
  },
  'gguf.block-count': {
    version: 1,
    severity: 'critical',
    title: 'more layers than loaders hold',
    why: 'Loaders keep the layers in tables of fixed length (CVE-2026-7482).',
    next: askAgain,
  },
  'gguf.deceptive-text': {
    version: 1,
    severity: 'high',
    title: 'a name with hidden characters, or markup in the metadata',
    why: 'Such text looks like another, or acts when a tool shows it.',
    next: 'Look at the text as it is shown here, and ask the sender why it is so.',
  },
} as const satisfies RuleTable;
