import type { RuleTable } from './rule-table.ts';

const completeIt = 'Ask the sender for the folder as it was published.';

/** What can be wrong with files together. */
export const acrossRules = {
  'index.missing-shard': {
    version: 1,
    severity: 'critical',
    title: 'shard that is not here',
    why: 'The model cannot be loaded, or is loaded from weights that were not checked.',
    next: completeIt,
  },
  'index.unused': {
    version: 1,
    severity: 'info',
    title: 'index of weights that are not here',
    why: 'The same folder has weights in another format; loaders that prefer this index fail.',
    next: 'Nothing has to be done; leave the index out if it is in the way.',
  },
  'index.tensor': {
    version: 1,
    severity: 'critical',
    title: 'index and shards differ',
    why: 'Which weights are loaded depends on whether the loader believes the index or the shards.',
    next: completeIt,
  },
  'index.total-size': {
    version: 1,
    severity: 'warning',
    title: 'index states another size',
    why: 'The index was written for other shards, or by hand.',
    next: 'Compare index and shards with the ones the model was published with.',
  },
  'index.unlisted-shard': {
    version: 1,
    severity: 'warning',
    title: 'shard that the index does not name',
    why: 'Some loaders take every shard of a folder, others only what the index names.',
    next: completeIt,
  },
  'weights.unreferenced': {
    version: 1,
    severity: 'info',
    title: 'weights that no index names',
    why: 'Loaders that follow the index leave them out.',
    next: 'Leave the file out if nobody needs it.',
  },
  'weights.twice': {
    version: 1,
    severity: 'info',
    title: 'the same weights in two formats',
    why: 'Which of them is loaded depends on the loader.',
    next: 'Leave out the one that is not needed; safetensors cannot hold code.',
  },
  'weights.disagree': {
    version: 1,
    severity: 'high',
    title: 'weights that differ by format',
    why: 'Two loaders get two models from one folder.',
    next: 'Ask the sender which of the files counts, and leave out the other.',
  },
  'shards.numbering': {
    version: 1,
    severity: 'high',
    title: 'parts that are not complete',
    why: 'By their names there are parts that are not here, or too many.',
    next: completeIt,
  },
  'external-data.missing': {
    version: 1,
    severity: 'critical',
    title: 'data of a model that are not here',
    why: 'The model cannot be loaded, or is loaded from bytes that were not checked.',
    next: completeIt,
  },
  'external-data.short': {
    version: 1,
    severity: 'critical',
    title: 'data of a model that are too short',
    why: 'A loader that does not check reads behind the end of the file (CVE-2026-34445).',
    next: completeIt,
  },
  'external-data.other-format': {
    version: 1,
    severity: 'high',
    title: 'data of a model in a file of another format',
    why: 'The weights of the model would be the bytes of something else.',
    next: 'Ask the sender why it is so.',
  },
  'data.described': {
    version: 1,
    severity: 'info',
    title: 'data that a model describes',
    why: 'By itself the file is of no format; a model in the same folder says which of its bytes are which tensor.',
    next: 'Nothing has to be done.',
  },
  'data.undescribed': {
    version: 1,
    severity: 'critical',
    title: 'data that nothing describes',
    why: 'Bytes without a format can be anything, and no model here says what they are.',
    next: 'Ask the sender for the model that belongs to it, or leave it out.',
  },
  'data.tail': {
    version: 1,
    severity: 'high',
    title: 'data that reach further than what describes them',
    why: 'Nobody says what the rest is.',
    next: completeIt,
  },
  'tokenizer.beyond-rows': {
    version: 1,
    severity: 'high',
    title: 'more tokens than the model has rows',
    why: 'A token without a row reads other memory or stops the server.',
    next: 'Compare tokenizer and configuration with the ones the model was published with.',
  },
} as const satisfies RuleTable;
