import type { PolicyDocument, RuleSetting } from '#shared/contract/policy.ts';
import type { RuleEffect, ScanVerdict, Severity } from '#shared/contract/scan.ts';

/** Bytes that nobody could look at in full never pass, whatever a policy says (product.md, principle 3). */
const neverOnlyNoted = ['file.unidentified', 'file.not-read', 'scan.*', 'limit.*'];

/** What a policy makes of a finding of this rule. */
export function effectOf(document: PolicyDocument, rule: string, severity: Severity): RuleEffect {
  return settingOf(document, rule, severity).effect;
}

/** What a policy makes of a rule, and by which of its entries. */
export function settingOf(document: PolicyDocument, rule: string, severity: Severity): RuleSetting {
  const entry = entryFor(document.rules, rule);
  const effect = (entry === null ? undefined : document.rules[entry]) ?? document.severities[severity];
  const isFloored = effect === 'note' && neverOnlyNoted.some((pattern) => covers(pattern, rule));
  return { rule, effect: isFloored ? 'review' : effect, entry };
}

/** The rule's own entry, else that of its longest family. */
function entryFor(rules: PolicyDocument['rules'], rule: string): string | null {
  if (Object.hasOwn(rules, rule)) return rule;
  const families = Object.keys(rules).filter((pattern) => covers(pattern, rule));
  return families.sort((a, b) => b.length - a.length)[0] ?? null;
}

function covers(pattern: string, rule: string): boolean {
  return pattern.endsWith('.*') ? rule.startsWith(pattern.slice(0, -1)) : rule === pattern;
}

const verdicts: Readonly<Record<RuleEffect, ScanVerdict>> = {
  block: 'block',
  review: 'review',
  note: 'pass',
};
const gravest: readonly ScanVerdict[] = ['block', 'review', 'pass'];

/** The verdict that several effects come to; `pass` when there is none. */
export function verdictOfEffects(effects: readonly RuleEffect[]): ScanVerdict {
  const present = new Set(effects.map((effect) => verdicts[effect]));
  return gravest.find((verdict) => present.has(verdict)) ?? 'pass';
}
