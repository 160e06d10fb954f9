import type { Check, Verdict, VerifyReport } from '#shared/contract/evidence.ts';
import type { Attachment } from '#shared/contract/policy.ts';
import type { ScanReport } from '#shared/contract/scan.ts';
import { scanChecks } from './scan-checks.ts';

/**
 * The evidence of signatures and digests together with what the scan says now. A signature's verdict never gets better by it;
 * that no outside scanner looked is said and changes no verdict.
 */
export function evidenceWithScan(
  evidence: VerifyReport,
  report: ScanReport | null,
  attachments: readonly Attachment[],
): VerifyReport {
  return evidenceWith(evidence, scanChecks(report, attachments));
}

/** Evidence together with what else is known now. The verdict never gets better by it. */
export function evidenceWith(evidence: VerifyReport, checks: readonly Check[]): VerifyReport {
  const counted = checks.filter(({ id, status }) => id !== 'scan.outside' || status !== 'not-checked');
  return {
    ...evidence,
    verdict: worstOf(evidence.verdict, counted),
    checks: [...evidence.checks, ...checks],
  };
}

const worstFirst: readonly Verdict[] = ['failed', 'not-checked', 'warning', 'verified'];

function worstOf(verdict: Verdict, checks: readonly Check[]): Verdict {
  const all = [verdict, ...checks.map(({ status }) => status)];
  return worstFirst.find((each) => all.includes(each)) ?? 'not-checked';
}
