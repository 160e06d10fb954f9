import { formatLocalDay, formatTrustAge } from '#shared/format/dates.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import type { Check, Verdict, VerifyReport } from '#shared/contract/evidence.ts';

/** Worst first: what a person has to see is on top. */
const severity: readonly Verdict[] = ['failed', 'warning', 'not-checked', 'verified'];

/** Checks with the worst on top, otherwise in the order they were made. */
export function worstFirst(checks: readonly Check[]): Check[] {
  return [...checks].sort((a, b) => severity.indexOf(a.status) - severity.indexOf(b.status));
}

/** The verdict of several checks: the worst that is among them; of none, that nobody looked. */
export function worstOf(checks: readonly Check[]): Verdict {
  return severity.find((verdict) => checks.some((check) => check.status === verdict)) ?? 'not-checked';
}

/** Who signed, in words; never more than the bytes and the anchors prove. */
export function describeSigner({ signature, signer }: VerifyReport): string {
  if (signature === 'absent') return 'No signature';
  if (signature === 'invalid') return 'A signature is present and does not hold';
  if (signer?.anchor) return `Signed by ${toVisibleText(signer.anchor.owner)}`;
  return 'Signed by a key that no anchor of this site knows';
}

function describeBytes({ files }: VerifyReport): string {
  const wrong = [
    files.mismatched.length > 0 && `${formatNoun(files.mismatched.length, 'file')} with other bytes`,
    files.missing.length > 0 && `${formatNoun(files.missing.length, 'file')} missing`,
  ].filter((part) => part !== false);
  if (wrong.length > 0) return wrong.join(', ');
  if (files.listed === 0) return 'nothing lists the files';
  if (files.verified < files.listed) return `${files.verified} of ${files.listed} files compared`;
  return 'every byte as listed';
}

/**
 * A report as one sentence: `Signed by <owner>, every byte as signed, checked 2026-11-23 with trust data 12 days old`.
 * Says nothing that the report does not hold.
 */
export function describeEvidence(report: VerifyReport): string {
  const bytes = describeBytes(report);
  const isSigned = report.signature === 'valid' && bytes === 'every byte as listed';
  const parts = [
    describeSigner(report),
    isSigned ? 'every byte as signed' : bytes,
    `checked ${formatLocalDay(report.checkedAt)}`,
  ];
  const trust = report.trustAgeDays === null ? '' : ` with trust data ${formatTrustAge(report.trustAgeDays)}`;
  return `${parts.join(', ')}${trust}`;
}
