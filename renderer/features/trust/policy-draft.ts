import type { PolicyDocument, PolicyPreview } from '#shared/contract/policy.ts';
import type { RuleEffect, ScanVerdict } from '#shared/contract/scan.ts';

/** A document with another entry for one rule; null takes the entry away, so that family or severity count again. */
export function withRule(document: PolicyDocument, rule: string, effect: RuleEffect | null): PolicyDocument {
  const { [rule]: _old, ...others } = document.rules;
  return { ...document, rules: effect === null ? others : { ...others, [rule]: effect } };
}

/** The formats a person typed, parted by commas or white space; nothing typed allows every format. */
export function readFormats(text: string): string[] | null {
  const formats = text.split(/[\s,]+/).filter((word) => word !== '');
  return formats.length === 0 ? null : [...new Set(formats)];
}

/** Formats as a person edits them. */
export function writeFormats(formats: readonly string[] | null): string {
  return formats === null ? '' : formats.join(', ');
}

type Value = string | readonly string[] | null;

function toWords(value: Value): string {
  if (value === null) return 'any';
  return typeof value === 'string' ? value : value.join(', ');
}

/** Every single change between two documents, each in words: `rule zip.gap: as its severity says → note`. */
export function listChanges(before: PolicyDocument, after: PolicyDocument): string[] {
  const changes: string[] = [];
  const compare = (name: string, from: Value, to: Value) => {
    if (toWords(from) !== toWords(to)) changes.push(`${name}: ${toWords(from)} → ${toWords(to)}`);
  };
  for (const severity of ['critical', 'high', 'warning', 'info'] as const) {
    compare(severity, before.severities[severity], after.severities[severity]);
  }
  compare('unsigned', before.unsigned, after.unsigned);
  compare('formats', before.formats, after.formats);
  compare('other formats', before.otherFormat, after.otherFormat);
  compare('no outside scan', before.noOutsideScan, after.noOutsideScan);
  const inherited = 'as its severity says';
  for (const rule of [...new Set([...Object.keys(before.rules), ...Object.keys(after.rules)])].sort()) {
    compare(`rule ${rule}`, before.rules[rule] ?? inherited, after.rules[rule] ?? inherited);
  }
  return changes;
}

/** A release to which a policy would say something else than the one that holds. */
export interface VerdictChange {
  readonly name: string;
  readonly now: ScanVerdict | null;
  readonly then: ScanVerdict | null;
}

/** The releases that would be judged otherwise. */
export function verdictChanges({ releases }: PolicyPreview): VerdictChange[] {
  return releases
    .filter(({ now, then }) => now !== then)
    .map(({ model, version, now, then }) => ({ name: `${model}@${version}`, now, then }));
}
