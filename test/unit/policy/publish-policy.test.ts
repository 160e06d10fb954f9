import { describe, expect, it } from 'vitest';
import type { Check, VerifyReport } from '#shared/contract/evidence.ts';
import { decidePublish } from '#engine/policy/publish-policy.ts';
import { newSigner, sshAnchor } from '../../fixtures/signing.ts';

const signer = newSigner();
const anchor = sshAnchor(signer, { models: ['silero-*'] });
const situation = { model: 'silero-vad', anchors: [anchor] };

function evidence(over: Partial<VerifyReport> = {}): VerifyReport {
  return {
    verdict: 'verified',
    format: 'sha256sums+sshsig',
    signature: 'valid',
    signer: { fingerprint: signer.fingerprint, keyType: 'ssh-ed25519' },
    checks: [{ id: 'signature', status: 'verified' }],
    files: { listed: 1, verified: 1, missing: [], extra: [], mismatched: [], ignored: [] },
    signers: [],
    provenAt: null,
    checkedAt: '2026-11-23T10:00:00.000Z',
    trustAgeDays: 1,
    ...over,
  };
}

describe('publishing', () => {
  it('is allowed when verified, also with a warning, which stays visible', () => {
    expect(decidePublish(evidence(), situation)).toEqual({
      allowed: true,
      needsUnsignedAcceptance: false,
      needsReviewAcceptance: false,
      reasons: [],
    });
    const warning: Check = { id: 'time', status: 'warning' };
    const decision = decidePublish(evidence({ verdict: 'warning', checks: [warning] }), situation);
    expect(decision).toEqual({
      allowed: true,
      needsUnsignedAcceptance: false,
      needsReviewAcceptance: false,
      reasons: [warning],
    });
  });

  it('is refused with every failed check, and nobody can accept that', () => {
    const checks: Check[] = [
      { id: 'identity', status: 'failed', code: 'SIGNER-UNKNOWN' },
      { id: 'files.digest', status: 'failed', code: 'DIGEST-MISMATCH' },
      { id: 'paths', status: 'verified' },
    ];
    for (const signature of ['valid', 'invalid', 'absent'] as const) {
      const decision = decidePublish(evidence({ verdict: 'failed', signature, checks }), situation);
      expect(decision).toEqual({
        allowed: false,
        needsUnsignedAcceptance: false,
        needsReviewAcceptance: false,
        reasons: checks.slice(0, 2),
      });
    }
  });

  it('needs a person to accept a missing signature', () => {
    const checks: Check[] = [
      { id: 'signature', status: 'not-checked', code: 'SIGNATURE-ABSENT' },
      { id: 'paths', status: 'verified' },
    ];
    const decision = decidePublish(
      evidence({ verdict: 'not-checked', signature: 'absent', signer: null, checks }),
      situation,
    );
    expect(decision).toEqual({
      allowed: false,
      needsUnsignedAcceptance: true,
      needsReviewAcceptance: false,
      reasons: [checks[0]],
    });
  });

  it.each([
    ['nothing was verified', null, situation, undefined],
    [
      'the signature is invalid though no check says so',
      evidence({ signature: 'invalid' }),
      situation,
      'SIGNATURE-INVALID',
    ],
    [
      'the verdict is failed though no check says so',
      evidence({ verdict: 'failed' }),
      situation,
      'SIGNATURE-INVALID',
    ],
    [
      'something was not checked',
      evidence({ verdict: 'not-checked', checks: [{ id: 'x', status: 'not-checked' }] }),
      situation,
      undefined,
    ],
    ['the anchor is gone', evidence(), { ...situation, anchors: [] }, 'SIGNER-UNKNOWN'],
    ['nobody signed though the signature is valid', evidence({ signer: null }), situation, 'SIGNER-UNKNOWN'],
    [
      'the key was revoked since',
      evidence(),
      {
        ...situation,
        anchors: [
          anchor,
          sshAnchor(signer, { revokedAt: '2026-11-20T00:00:00.000Z', revokedReason: 'lost' }),
        ],
      },
      'SIGNER-REVOKED',
    ],
    ['the anchor is for other models', evidence(), { ...situation, model: 'llama' }, 'SIGNER-NOT-ALLOWED'],
  ])('is refused when %s', (_, report, where, code) => {
    const decision = decidePublish(report, where);
    expect(decision).toMatchObject({
      allowed: false,
      needsUnsignedAcceptance: false,
      needsReviewAcceptance: false,
    });
    expect(decision.reasons.length).toBeGreaterThan(0);
    expect(decision.reasons[0]?.code).toBe(code);
  });
});
