import { describe, expect, it } from 'vitest';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import type { Attachment } from '#shared/contract/policy.ts';
import type { PublishDecision } from '#shared/contract/releases.ts';
import type { Finding, ScanReport } from '#shared/contract/scan.ts';
import { policyOf } from '#engine/policy/default-policy.ts';
import { evidenceWithScan } from '#engine/policy/evidence-with-scan.ts';
import { judgeScan } from '#engine/policy/judge-scan.ts';
import { decideWithScan, type ScanSituation } from '#engine/policy/scan-decision.ts';

const policy = policyOf(null);
const digest = `sha256:${'0'.repeat(64)}`;
const at = '2026-01-01T00:00:00.000Z';

function report(...findings: Finding[]): ScanReport {
  const file = { path: 'a.bin', format: 'pickle', sizeBytes: 10, bytesRead: 10, digest, findings };
  const found = { files: [file], across: [], extent: 'all' as const, scanner: digest, scannedAt: at };
  return judgeScan(found, { policy, waivers: [], manifestDigest: null });
}

function attachment(outcome: Attachment['outcome']): Attachment {
  const facts = { toolVersion: '1.4.3', signaturesAt: at, detail: '', file: null };
  return { id: 'evd-0', at, by: 'x', kind: 'virus-scan', tool: 'ClamAV', outcome, ...facts };
}

const critical: Finding = { rule: 'pickle.global-denied', severity: 'critical', detail: 'os.system' };
const odd: Finding = { rule: 'pickle.embedded', severity: 'warning', detail: 'inside' };
const open: PublishDecision = {
  allowed: true,
  needsUnsignedAcceptance: false,
  needsReviewAcceptance: false,
  reasons: [],
};
const unsigned = { ...open, allowed: false, needsUnsignedAcceptance: true };
const refused = { ...open, allowed: false };
const calm: ScanSituation = {
  report: report(),
  attachments: [],
  policy: policy.document,
  signature: 'valid',
};

describe('a decision with the scan in it', () => {
  it('stays as it was when nothing was found', () => {
    expect(decideWithScan(open, calm)).toMatchObject({ allowed: true, needsReviewAcceptance: false });
    expect(decideWithScan(unsigned, calm)).toMatchObject({ allowed: false, needsUnsignedAcceptance: true });
  });

  it('says that no outside scanner looked, which refuses nothing by itself', () => {
    const { reasons } = decideWithScan(open, calm);
    expect(reasons).toMatchObject([{ id: 'scan.outside', status: 'not-checked' }]);
  });

  it('asks for a review where the policy does, also of unsigned bytes', () => {
    const situation = { ...calm, report: report(odd) };
    expect(decideWithScan(open, situation)).toMatchObject({ allowed: false, needsReviewAcceptance: true });
    expect(decideWithScan(unsigned, situation)).toMatchObject({
      needsUnsignedAcceptance: true,
      needsReviewAcceptance: true,
    });
  });

  it('never opens what the signatures have closed', () => {
    for (const each of [report(), report(odd), report(critical)]) {
      const decision = decideWithScan(refused, { ...calm, report: each });
      expect(decision).toMatchObject(refused.reasons.length === 0 ? { allowed: false } : {});
      expect(decision.needsUnsignedAcceptance || decision.needsReviewAcceptance).toBe(false);
    }
  });

  it.each([
    ['something that blocks was found', { report: report(critical, odd) }, 'scan.pickle.global-denied'],
    ['nothing was scanned', { report: null }, 'policy.not-scanned'],
    ['a virus scanner calls it infected', { attachments: [attachment('infected')] }, 'scan.outside'],
    [
      'the policy wants a signature',
      { signature: 'absent' as const, policy: { ...policy.document, unsigned: 'block' as const } },
      'policy.unsigned',
    ],
    [
      'the policy wants an outside scanner',
      { policy: { ...policy.document, noOutsideScan: 'block' as const } },
      'policy.no-outside-scan',
    ],
  ])('refuses when %s, and nobody can accept that', (_what, change, id) => {
    const decision = decideWithScan(unsigned, { ...calm, ...change });
    expect(decision).toMatchObject({
      allowed: false,
      needsUnsignedAcceptance: false,
      needsReviewAcceptance: false,
    });
    expect(decision.reasons.map((check) => check.id)).toContain(id);
  });

  it('takes a report that a person has to read for what it is', () => {
    const unclear = { ...calm, attachments: [attachment('unknown')] };
    expect(decideWithScan(open, unclear).needsReviewAcceptance).toBe(true);
    const wanted = { ...unclear, policy: { ...policy.document, noOutsideScan: 'review' as const } };
    expect(decideWithScan(open, wanted).reasons.map(({ id }) => id)).toContain('policy.no-outside-scan');
    const clean = { ...wanted, attachments: [attachment('clean')] };
    expect(decideWithScan(open, clean)).toMatchObject({ allowed: true });
  });
});

describe('evidence with the scan in it', () => {
  const evidence: VerifyReport = {
    verdict: 'verified',
    format: 'sshsig',
    signature: 'valid',
    signer: null,
    signers: [],
    provenAt: null,
    checks: [{ id: 'signature', status: 'verified' }],
    files: { listed: 1, verified: 1, missing: [], extra: [], mismatched: [], ignored: [] },
    checkedAt: at,
    trustAgeDays: null,
  };

  it.each([
    [report(), 'verified'],
    [report(odd), 'warning'],
    [report(critical), 'failed'],
    [null, 'not-checked'],
  ] as const)('is as good as the worse of both', (scan, verdict) => {
    const whole = evidenceWithScan(evidence, scan, []);
    expect(whole.verdict).toBe(verdict);
    expect(whole.checks.map(({ id }) => id).slice(0, 2)).toEqual(['signature', 'scan']);
  });

  it('does not get better by a good scan', () => {
    const bad = { ...evidence, verdict: 'failed' as const };
    expect(evidenceWithScan(bad, report(), [attachment('clean')]).verdict).toBe('failed');
  });

  it('names what was found by rule and file, once', () => {
    const { checks } = evidenceWithScan(evidence, report(critical, critical), []);
    expect(checks.filter(({ id }) => id === 'scan.pickle.global-denied')).toMatchObject([
      { status: 'failed', path: 'a.bin', detail: 'os.system (and 1 more of this rule)' },
    ]);
  });
});
