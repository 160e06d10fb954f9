import type { RuleTable } from './rule-table.ts';

/** What can be wrong with JSON, YAML and what configurations say in them. */
export const configRules = {
  'json.malformed': {
    version: 1,
    severity: 'critical',
    title: 'JSON that is not well formed',
    why: 'What cannot be parsed was not checked, and lenient readers may still take it.',
    next: 'Ask the sender for the file as it was published.',
  },
  'json.duplicate-key': {
    version: 1,
    severity: 'critical',
    title: 'a key twice',
    why: 'Readers differ on which of the two counts, so one may see what another does not.',
    next: 'Ask the sender for a file that says it once.',
  },
  'json.not-a-number': {
    version: 1,
    severity: 'info',
    title: 'NaN or Infinity',
    why: 'Python writes them; the JSON standard does not know them.',
    next: 'Nothing has to be done.',
  },
  'config.remote-code': {
    version: 1,
    severity: 'critical',
    title: 'configuration that loads code',
    why: 'A loader that follows it imports Python that is not part of its library.',
    next: 'Ask the sender for a model that current libraries load by themselves, or have the code approved separately.',
  },
  'config.target': {
    version: 1,
    severity: 'critical',
    title: 'configuration that names what to call',
    why: 'Loaders of such files import and call what stands under _target_.',
    next: 'Have somebody who knows the framework look at the name.',
  },
  'config.bad-value': {
    version: 1,
    severity: 'high',
    title: 'value that no such file has',
    why: 'Loaders use these values unchecked.',
    next: 'Compare the file with the one the model was published with.',
  },
  'tokenizer.duplicate-id': {
    version: 1,
    severity: 'high',
    title: 'two tokens with one id',
    why: 'Text that goes in as one token comes out as another, so a filter may see what the model does not.',
    next: 'Compare the tokenizer with the one of the release before.',
  },
  'tokenizer.malformed': {
    version: 1,
    severity: 'high',
    title: 'tokenizer that is not well formed',
    why: 'Its ids could not be checked.',
    next: 'Ask the sender for the file as it was published.',
  },
  'index.malformed': {
    version: 1,
    severity: 'critical',
    title: 'index that is not well formed',
    why: 'Without it nobody can say which file a tensor comes from.',
    next: 'Ask the sender for the file as it was published.',
  },
  'index.path': {
    version: 1,
    severity: 'critical',
    title: 'index that points outside',
    why: 'A shard has to lie beside its index; this name leads elsewhere.',
    next: 'Keep the file out, and tell the sender.',
  },
  'keras.code': {
    version: 1,
    severity: 'critical',
    title: 'layer that carries or loads code',
    why: 'Loading the model runs it (CVE-2024-3660, CVE-2025-1550, CVE-2025-8747, CVE-2025-9905).',
    next: 'Ask the sender for a model without Lambda layers and custom objects, or for its weights alone.',
  },
  'keras.member': {
    version: 1,
    severity: 'warning',
    title: 'member that no Keras model has',
    why: 'Keras leaves it alone, and others may not.',
    next: 'Ask the sender for the model as Keras writes it.',
  },
} as const satisfies RuleTable;
