import type { Check, VerifyReport } from '#shared/contract/evidence.ts';
import type { Attachment, PolicyDocument } from '#shared/contract/policy.ts';
import type { PublishDecision } from '#shared/contract/releases.ts';
import type { ScanReport } from '#shared/contract/scan.ts';
import { scanChecks } from './scan-checks.ts';

/** What the policy says to an import beside whose signature it has. */
export interface ScanSituation {
  /** Judged by the policy and the waivers of now; null when this version has not scanned it. */
  readonly report: ScanReport | null;
  readonly attachments: readonly Attachment[];
  readonly policy: PolicyDocument;
  readonly signature: VerifyReport['signature'] | null;
}

/** Adds what the policy says to a decision about signatures: it can only get stricter. Pure; every reason is given. */
export function decideWithScan(trust: PublishDecision, situation: ScanSituation): PublishDecision {
  const checks = scanChecks(situation.report, situation.attachments);
  const conditions = conditionChecks(situation);
  const blocking = [...checks.filter(({ status }) => status === 'failed'), ...conditions.blocking];
  const isOpen = trust.allowed || trust.needsUnsignedAcceptance;
  const reasons = [
    ...trust.reasons,
    ...checks.filter(({ status }) => status !== 'verified'),
    ...conditions.blocking,
    ...conditions.open,
  ];
  if (!isOpen) return { ...trust, reasons };
  if (blocking.length > 0) {
    return { allowed: false, needsUnsignedAcceptance: false, needsReviewAcceptance: false, reasons };
  }
  const needsReviewAcceptance =
    situation.report?.verdict === 'review' ||
    situation.attachments.some(({ outcome }) => outcome === 'unknown') ||
    conditions.open.length > 0;
  return {
    allowed: trust.allowed && !needsReviewAcceptance,
    needsUnsignedAcceptance: trust.needsUnsignedAcceptance,
    needsReviewAcceptance,
    reasons,
  };
}

/** The policy's conditions about an import as a whole, as far as they are not met. */
function conditionChecks({ report, attachments, policy, signature }: ScanSituation): {
  blocking: Check[];
  open: Check[];
} {
  const open: Check[] = [];
  const blocking: Check[] = [];
  const refuse = (id: string, detail: string) =>
    blocking.push({ id, status: 'failed', code: 'POLICY-REFUSED', detail });
  if (report === null) refuse('policy.not-scanned', 'This version has not scanned these bytes.');
  if (signature === 'absent' && policy.unsigned === 'block') {
    refuse('policy.unsigned', 'The policy of this site lets nothing in that is not signed.');
  }
  const isSeen = attachments.some(({ outcome }) => outcome !== 'unknown');
  if (!isSeen && policy.noOutsideScan !== 'off') {
    const detail = 'The policy of this site asks for the result of an outside scanner.';
    if (policy.noOutsideScan === 'block') refuse('policy.no-outside-scan', detail);
    else open.push({ id: 'policy.no-outside-scan', status: 'warning', detail });
  }
  return { blocking, open };
}
