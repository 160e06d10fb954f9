import type { RuleTable } from './rule-table.ts';

/** What can be wrong with a chat template. Inference servers run these on every request, many without a sandbox. */
export const templateRules = {
  'template.unparsed': {
    version: 1,
    severity: 'critical',
    title: 'template that is not taken',
    why: 'What cannot be parsed here may still run elsewhere, and was not checked.',
    next: 'Ask the sender for a template without tags beyond those of chat templates.',
  },
  'template.loads-others': {
    version: 1,
    severity: 'critical',
    title: 'template that loads others',
    why: 'It brings in text from files that are not part of the release.',
    next: 'Ask the sender for a template that stands by itself.',
  },
  'template.reaches-python': {
    version: 1,
    severity: 'critical',
    title: 'template that reaches for Python',
    why: 'Names like this lead from a template to commands on the server (CVE-2024-34359, CVE-2026-5760).',
    next: 'Keep the file out, and tell the sender.',
  },
  'template.computed-name': {
    version: 1,
    severity: 'high',
    title: 'template that looks up names it makes',
    why: 'Names that are put together while it runs are how forbidden ones are hidden.',
    next: 'Read the template, and ask the sender what it is for.',
  },
  'template.unknown-function': {
    version: 1,
    severity: 'high',
    title: 'function or filter that is not known',
    why: 'What it does depends on the server, and was not checked.',
    next: 'Read the template, and find out what the server offers under this name.',
  },
  'template.content-branch': {
    version: 1,
    severity: 'high',
    title: 'template that looks for words in messages',
    why: 'A trigger in a template changes the prompt without changing the weights.',
    next: 'Read the template, and compare it with the one of the release before.',
  },
} as const satisfies RuleTable;
