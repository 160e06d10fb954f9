import type { VerifyReport } from '#shared/contract/evidence.ts';
import { formatNoun } from './bytes.ts';
import { formatLocalDay, formatTrustAge } from './dates.ts';
import { answerQuestions, type Question } from './evidence-questions.ts';
import { toVisibleText } from './visible-text.ts';

/** Who signed, in words; never more than the bytes and the anchors prove. */
export function describeSigner({ signature, signer }: Pick<VerifyReport, 'signature' | 'signer'>): string {
  if (signature === 'absent') return 'No signature';
  if (signature === 'invalid') return 'A signature is present and does not hold';
  if (signer?.anchor) return `Signed by ${toVisibleText(signer.anchor.owner)}`;
  return 'Signed by a key that no anchor of this site knows';
}

function describeBytes({ files }: VerifyReport): string {
  const wrong = [
    files.mismatched.length > 0 && `${formatNoun(files.mismatched.length, 'file')} with other bytes`,
    files.missing.length > 0 && `${formatNoun(files.missing.length, 'file')} missing`,
    files.listed > 0 &&
      files.extra.length > 0 &&
      `${formatNoun(files.extra.length, 'file')} that nobody signed or listed`,
  ].filter((part) => part !== false);
  if (wrong.length > 0) return wrong.join(', ');
  if (files.listed === 0) return 'nothing lists the files';
  if (files.verified < files.listed) return `${files.verified} of ${files.listed} files compared`;
  return 'every byte as listed';
}

/** What else stands against it, beside who signed and which bytes. */
const objections: Partial<Record<Question, readonly [failed: string, warned: string]>> = {
  identity: ['the signer does not count for it', 'the signer is in question'],
  time: ['out of its time', 'expired since it was verified here, or the clock is behind'],
  revocation: ['revoked', 'in part revoked'],
  freshness: ['trust data too old', 'old trust data'],
  scan: ['blocked by the scan or the policy', 'to be looked at after the scan'],
};

function describeObjections(report: VerifyReport): string[] {
  return answerQuestions(report).flatMap(({ question, verdict }) => {
    const words = objections[question];
    const isSaid = question === 'identity' && report.signer?.anchor === undefined;
    if (words === undefined || isSaid) return [];
    return verdict === 'failed' ? [words[0]] : verdict === 'warning' ? [words[1]] : [];
  });
}

/**
 * A report as one sentence: `Signed by <owner>, every byte as signed, checked 2026-11-23 with trust data 12 days old`.
 * Says nothing that the report does not hold, and names what stands against it.
 */
export function describeEvidence(report: VerifyReport): string {
  const bytes = describeBytes(report);
  const isSigned = report.signature === 'valid' && bytes === 'every byte as listed';
  const against = describeObjections(report);
  const parts = [
    describeSigner(report),
    isSigned ? 'every byte as signed' : bytes,
    ...(against.length > 0 ? [`but ${against.join(', ')}`] : []),
    `checked ${formatLocalDay(report.checkedAt)}`,
  ];
  const trust = report.trustAgeDays === null ? '' : ` with trust data ${formatTrustAge(report.trustAgeDays)}`;
  return `${parts.join(', ')}${trust}`;
}
