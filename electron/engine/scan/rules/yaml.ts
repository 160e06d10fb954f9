import type { RuleTable } from './rule-table.ts';

/** Settings in YAML. */
export const yamlRules = {
  'yaml.malformed': {
    version: 1,
    severity: 'critical',
    title: 'not well-formed YAML',
    why: 'What cannot be parsed was not checked; parsers that are less strict read something else.',
    next: 'Ask the sender for the file as its tool wrote it.',
  },
  'yaml.tag': {
    version: 1,
    severity: 'critical',
    title: 'a tag that constructs objects',
    why: 'Loaders that are not told otherwise make Python objects of such tags, which runs code.',
    next: 'Ask the sender for settings without tags.',
  },
  'yaml.target': {
    version: 1,
    severity: 'critical',
    title: 'settings that call what is not on the list',
    why: 'Hydra and NeMo import and call whatever `_target_` names when the model is loaded (CVE-2025-23304).',
    next: 'Have a person look at what it names and waive it for this digest, or leave the file out.',
  },
} as const satisfies RuleTable;
