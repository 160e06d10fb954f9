import type { Check, Signer, VerifyReport } from '#shared/contract/evidence.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import type { ServerOutcome } from '#shared/contract/fleet.ts';

const marks: Readonly<Record<Check['status'], string>> = {
  verified: 'ok',
  failed: 'FAILED',
  warning: 'warning',
  'not-checked': 'not checked',
};

/** One check as lines: its state and sentence, and both sides when they matter. */
export function describeCheck(check: Check): string[] {
  const what = [check.path, check.detail]
    .filter((part) => part !== undefined)
    .map(toVisibleText)
    .join(': ');
  const code = check.code === undefined ? '' : `  ${check.code}`;
  const lines = [`  ${marks[check.status].padEnd(11)} ${check.id.padEnd(18)} ${what}${code}`.trimEnd()];
  if (check.status === 'verified') return lines;
  if (check.expected !== undefined) lines.push(`              expected  ${toVisibleText(check.expected)}`);
  if (check.found !== undefined) lines.push(`              found     ${toVisibleText(check.found)}`);
  return lines;
}

/** Who signed, as far as that is proven. */
export function describeSigner(signer: Signer | null): string {
  if (signer === null) return 'no signer';
  const owner = signer.anchor === undefined ? 'a key this site does not know' : signer.anchor.owner;
  return `${toVisibleText(owner)}, ${signer.keyType} ${signer.fingerprint}`;
}

/** A verification for a person. */
export function describeReport(report: VerifyReport): string[] {
  const { files } = report;
  const basis = report.signature === 'valid' ? 'signed' : 'listed';
  const age =
    report.trustAgeDays === null ? '' : `, trust data ${formatNoun(report.trustAgeDays, 'day')} old`;
  return [
    `${report.verdict.toUpperCase()}  ${report.format}: signature ${report.signature}, ${describeSigner(report.signer)}`,
    `${files.verified} of ${formatNoun(files.listed, 'file')} as ${basis}${age}, checked ${report.checkedAt}`,
    ...report.checks.flatMap(describeCheck),
  ];
}

/** What happened on each server. */
export function describeOutcomes(outcomes: readonly ServerOutcome[]): string[] {
  return outcomes.flatMap((outcome) => [
    `${outcome.server}: ${outcome.ok ? 'done' : 'FAILED'}, ${formatBytes(outcome.bytesSent)} sent, ` +
      `${formatBytes(outcome.bytesAlreadyThere)} there already, server hashed for ${outcome.serverHashMs} ms` +
      (outcome.live === null ? '' : `, live ${outcome.live.version} ${outcome.live.manifestDigest}`),
    ...outcome.checks.flatMap(describeCheck),
  ]);
}
