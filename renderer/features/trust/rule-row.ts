import type { RuleImpact, RuleSetting } from '#shared/contract/policy.ts';
import type { ScanRule } from '#shared/contract/scan.ts';

/** A rule, what the policy makes of it, and what it hit. */
export interface RuleRow extends ScanRule {
  readonly setting: RuleSetting;
  readonly impact: RuleImpact | undefined;
}

/** What says the effect: the rule's own entry, its family's, or its severity. */
export function describeEntry({ rule, entry }: RuleSetting): string {
  if (entry === null) return 'severity';
  return entry === rule ? 'this rule' : entry;
}
