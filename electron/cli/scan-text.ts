import type { JudgedFinding, RuleEffect, ScanReport, ScanRule } from '#shared/contract/scan.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { table } from './terminal.ts';

/** Findings of one rule that are shown one by one; the rest is counted. */
const SHOWN_OF_A_RULE = 20;

type PlacedFinding = JudgedFinding & { readonly path: string };

/** A scan for a person: the verdict, the findings by rule, and what was read of each file. */
export function describeScan(report: ScanReport, rules: readonly ScanRule[]): string[] {
  const { policy, counts } = report;
  const findings = [
    ...report.files.flatMap((file) => file.findings.map((finding) => ({ ...finding, path: file.path }))),
    ...report.across,
  ];
  const waived = counts.waived > 0 ? `, ${counts.waived} waived` : '';
  return [
    `${report.verdict.toUpperCase()}  ${formatNoun(report.files.length, 'file')}, ${coverage(report)}, policy ${policy.id} v${policy.version}`,
    `${counts.block} to block, ${counts.review} to review, ${counts.note} to note${waived}`,
    ...groupByRule(findings).flatMap((group) => describeRule(group, rules)),
    ...table(
      report.files.map((file) => [
        `  ${file.verdict}`,
        file.format,
        coverage(file),
        toVisibleText(file.path),
        ...(file.digest === null ? [] : [file.digest]),
      ]),
    ),
  ];
}

/** `1.2 GB read`, or how much of how much. What was not read is not clean. */
function coverage({ bytesRead, sizeBytes }: { bytesRead: number; sizeBytes: number }): string {
  return bytesRead === sizeBytes
    ? `${formatBytes(sizeBytes)} read`
    : `${formatBytes(bytesRead)} of ${formatBytes(sizeBytes)} read`;
}

const order: readonly RuleEffect[] = ['block', 'review', 'note'];

/** What blocks first. */
function groupByRule(findings: readonly PlacedFinding[]): PlacedFinding[][] {
  const groups = new Map<string, PlacedFinding[]>();
  for (const finding of findings) {
    const key = `${order.indexOf(finding.effect)} ${finding.rule}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

function describeRule(group: readonly PlacedFinding[], rules: readonly ScanRule[]): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const rule = rules.find(({ id }) => id === first.rule);
  const rest = group.length - SHOWN_OF_A_RULE;
  return [
    `  ${first.effect.padEnd(7)} ${first.rule}  ${rule?.title ?? ''}`.trimEnd(),
    ...group.slice(0, SHOWN_OF_A_RULE).map(describeFinding),
    ...(rest > 0 ? [`            and ${rest} more`] : []),
    ...(first.effect === 'note' || rule === undefined
      ? []
      : [`            why   ${rule.why}`, `            next  ${rule.next}`]),
  ];
}

/** Escaped again: a terminal must not be steered, whoever made the finding. */
function describeFinding({ path, member, offset, subject, detail, waiver }: PlacedFinding): string {
  const place = [path, member].filter((part) => part !== undefined).join('!');
  const at = offset === undefined ? '' : ` at byte ${offset}`;
  const about = subject === undefined ? '' : ` (${subject})`;
  const by = waiver === undefined ? '' : `  waived by ${waiver}`;
  return `          - ${toVisibleText(`${place}${at}${about}: ${detail}${by}`)}`;
}
