import type { Digest, Timestamp } from '#shared/contract/basics.ts';
import type { Policy, PolicyDocument } from '#shared/contract/policy.ts';
import type {
  FileScan,
  Finding,
  FindingCounts,
  JudgedFinding,
  ScanReport,
  ScanSummary,
} from '#shared/contract/scan.ts';
import { effectOf, verdictOfEffects } from './effect-of.ts';
import { type ActiveWaiver, findWaiver } from './waives.ts';

/** What was found in one file, before any policy. */
export interface FoundInFile {
  readonly path: string;
  readonly format: string;
  readonly sizeBytes: number;
  readonly bytesRead: number;
  /** Null where nobody computed it; then no waiver of the file can count. */
  readonly digest: Digest | null;
  readonly findings: readonly Finding[];
}

/** Everything that a scan found, before any policy. */
export interface Found {
  readonly files: readonly FoundInFile[];
  readonly across: readonly (Finding & { readonly path: string })[];
  readonly extent: ScanReport['extent'];
  readonly scanner: Digest;
  readonly scannedAt: Timestamp;
}

export interface JudgeBy {
  readonly policy: Policy;
  readonly waivers: readonly ActiveWaiver[];
  /** The release's identity, which a waiver may name; null in place. */
  readonly manifestDigest: Digest | null;
}

/** What a policy and the waivers make of what was found. Pure; nothing is read again. */
export function judgeScan(found: Found, by: JudgeBy): ScanReport {
  const { policy } = by;
  const digests = new Map(found.files.map((file) => [file.path, file.digest]));
  const described = new Set(
    found.across.flatMap(({ rule, path }) => (rule === 'data.described' ? [path] : [])),
  );
  const files = found.files.map((file) => judgeFile(described.has(file.path) ? asData(file) : file, by));
  const across = found.across.map((finding) => ({
    ...judgeFinding(finding, by, digests.get(finding.path) ?? null),
    path: finding.path,
  }));
  const findings = [...files.flatMap((file) => file.findings), ...across];
  return {
    verdict: verdictOf(findings),
    files,
    across,
    counts: countFindings(findings),
    extent: found.extent,
    sizeBytes: sum(files.map((file) => file.sizeBytes)),
    bytesRead: sum(files.map((file) => file.bytesRead)),
    policy: { id: policy.id, version: policy.version, digest: policy.digest },
    scanner: found.scanner,
    scannedAt: found.scannedAt,
  };
}

/** What has no format of its own is identified where a model in the same folder says what all of it is. */
function asData(file: FoundInFile): FoundInFile {
  const findings = file.findings.filter(({ rule }) => rule !== 'file.unidentified');
  return { ...file, format: 'raw-data', findings };
}

/** A report's head. */
export function summarizeScan({ files, across: _across, ...head }: ScanReport): ScanSummary {
  return { ...head, fileCount: files.length };
}

function judgeFile(file: FoundInFile, by: JudgeBy): FileScan {
  const findings = withCondition(file, by.policy.document).map((finding) =>
    judgeFinding(finding, by, file.digest),
  );
  const { path, format, sizeBytes, bytesRead, digest } = file;
  return { path, format, verdict: verdictOf(findings), sizeBytes, bytesRead, digest, findings };
}

/** A finding; where a condition of the policy is what was found, it says the effect itself. */
type Judgeable = Finding & { readonly effect?: JudgedFinding['effect'] };

function withCondition(
  { format, findings }: Pick<FoundInFile, 'format' | 'findings'>,
  { formats, otherFormat }: PolicyDocument,
): Judgeable[] {
  // What is empty or not identified has a finding of its own.
  const isKnown = format !== 'empty' && format !== 'unknown' && format !== 'not-a-file';
  if (otherFormat === 'off' || formats === null || !isKnown || formats.includes(format)) return [...findings];
  const detail = `The policy allows ${formats.join(', ') || 'no format'}, and this is ${format}.`;
  return [...findings, { rule: 'policy.format', severity: 'critical', detail, effect: otherFormat }];
}

function judgeFinding(
  finding: Judgeable,
  { policy, waivers, manifestDigest }: JudgeBy,
  digest: Digest | null,
) {
  const effect = finding.effect ?? effectOf(policy.document, finding.rule, finding.severity);
  const waiver = effect === 'note' ? null : findWaiver(waivers, finding.rule, [digest, manifestDigest]);
  return { ...finding, effect, ...(waiver === null ? {} : { waiver: waiver.id }) };
}

function verdictOf(findings: readonly JudgedFinding[]) {
  return verdictOfEffects(findings.filter(({ waiver }) => waiver === undefined).map(({ effect }) => effect));
}

function countFindings(findings: readonly JudgedFinding[]): FindingCounts {
  const counts: FindingCounts = { block: 0, review: 0, note: 0, waived: 0 };
  for (const { effect, waiver } of findings) counts[waiver === undefined ? effect : 'waived']++;
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
