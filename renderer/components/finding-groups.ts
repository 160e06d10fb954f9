import type { Digest } from '#shared/contract/basics.ts';
import type { Verdict } from '#shared/contract/evidence.ts';
import type {
  JudgedFinding,
  RuleEffect,
  ScanReport,
  ScanSummary,
  ScanVerdict,
  Severity,
} from '#shared/contract/scan.ts';
import { formatBytes, formatBytesExactly, formatCount, formatNoun } from '#shared/format/bytes.ts';

/** What a finding comes to, gravest first: `waived` ones count for nothing and stay visible. */
export const effects = ['block', 'review', 'waived', 'note'] as const;
export type Effect = (typeof effects)[number];

/** Gravest first. */
export const severities: readonly Severity[] = ['critical', 'high', 'warning', 'info'];

/** A finding, the file that it is about, and that file's digest, which a waiver names. */
export type PlacedFinding = JudgedFinding & { readonly path: string; readonly digest: Digest | null };

/** Every finding of a report with its file; what is about several files stands with the one it names. */
export function placeFindings({ files, across }: Pick<ScanReport, 'files' | 'across'>): PlacedFinding[] {
  const digests = new Map(files.map((file) => [file.path, file.digest]));
  return [
    ...files.flatMap(({ path, digest, findings }) =>
      findings.map((finding) => ({ ...finding, path, digest })),
    ),
    ...across.map((finding) => ({ ...finding, digest: digests.get(finding.path) ?? null })),
  ];
}

/** What the finding comes to under the policy and the waivers. */
export function effectOf({ effect, waiver }: { effect: RuleEffect; waiver?: string | undefined }): Effect {
  return waiver === undefined ? effect : 'waived';
}

/** Which findings are shown; `all` leaves a side open. */
export interface FindingFilter {
  readonly severity: Severity | 'all';
  readonly effect: Effect | 'all';
}

/** The findings that a filter lets through. */
export function filterFindings(
  findings: readonly PlacedFinding[],
  { severity, effect }: FindingFilter,
): PlacedFinding[] {
  return findings.filter(
    (finding) =>
      (severity === 'all' || finding.severity === severity) &&
      (effect === 'all' || effectOf(finding) === effect),
  );
}

/** All hits of one rule in one file that come to the same: what one waiver would cover. */
export interface Hits {
  readonly rule: string;
  readonly path: string;
  readonly digest: Digest | null;
  readonly severity: Severity;
  readonly effect: Effect;
  readonly waiver: string | undefined;
  readonly findings: readonly PlacedFinding[];
}

/** What a group has in common, a rule or a file, and its hits. */
export interface FindingGroup {
  readonly name: string;
  /** The gravest in it. */
  readonly effect: Effect;
  readonly count: number;
  readonly hits: readonly Hits[];
}

export type GroupBy = 'rule' | 'path';

/** Groups by rule and then file, or the other way round; the gravest first, then by name. */
export function groupFindings(findings: readonly PlacedFinding[], by: GroupBy): FindingGroup[] {
  return [...gather(collectHits(findings), (hits) => hits[by])]
    .map(([name, hits]): FindingGroup => {
      const sorted = hits.sort((a, b) => byGravity(a, b) || compareNames(a, b, by));
      const count = hits.reduce((sum, each) => sum + each.findings.length, 0);
      return { name, effect: sorted[0]?.effect ?? 'note', count, hits: sorted };
    })
    .sort((a, b) => byGravity(a, b) || compareTexts(a.name, b.name));
}

function collectHits(findings: readonly PlacedFinding[]): Hits[] {
  const keyOf = (finding: PlacedFinding) =>
    JSON.stringify([finding.rule, finding.path, effectOf(finding), finding.waiver]);
  return [...gather(findings, keyOf).values()].map((same) => {
    const [first] = same;
    const { rule, path, digest, severity, waiver } = first;
    return { rule, path, digest, severity, waiver, effect: effectOf(first), findings: same };
  });
}

/** In the order of first sight; no group is empty. */
function gather<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, [T, ...T[]]> {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

function byGravity(a: { effect: Effect }, b: { effect: Effect }): number {
  return effects.indexOf(a.effect) - effects.indexOf(b.effect);
}

function compareNames(a: Hits, b: Hits, by: GroupBy): number {
  return by === 'rule' ? compareTexts(a.path, b.path) : compareTexts(a.rule, b.rule);
}

function compareTexts(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

const verdicts: Record<ScanVerdict, Verdict> = { pass: 'verified', review: 'warning', block: 'failed' };

/** A scan's verdict as one of the window's four; of no scan, that nobody looked. */
export function verdictOfScan(verdict: ScanVerdict | null): Verdict {
  return verdict === null ? 'not-checked' : verdicts[verdict];
}

/** How much was looked at: `every byte read, 14.2 GB`, or how much of it. What was not read is not clean. */
export function describeCoverage({ bytesRead, sizeBytes }: { bytesRead: number; sizeBytes: number }): string {
  if (bytesRead >= sizeBytes) return `every byte read, ${formatBytes(sizeBytes)}`;
  const [read, size] = [formatBytes(bytesRead), formatBytes(sizeBytes)];
  return read === size
    ? `${formatCount(bytesRead)} of ${formatBytesExactly(sizeBytes)} read`
    : `${read} of ${size} read`;
}

/** What was found, in a few words; never more than what was looked for. */
export function describeScan({ verdict, counts }: Pick<ScanSummary, 'verdict' | 'counts'>): string {
  const parts = [
    counts.block > 0 && `${formatNoun(counts.block, 'finding blocks', 'findings block')}`,
    counts.review > 0 && `${formatCount(counts.review)} to be looked at`,
    counts.waived > 0 && `${formatCount(counts.waived)} waived`,
  ].filter((part) => part !== false);
  if (verdict === 'pass') return ['nothing found that blocks or needs a look', ...parts].join(', ');
  return parts.join(', ');
}
