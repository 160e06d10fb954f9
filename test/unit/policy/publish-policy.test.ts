import { describe, expect, it } from 'vitest';
import type { Check, VerifyReport } from '#shared/contract/evidence.ts';
import { decidePublish, type PublishSituation } from '#engine/policy/publish-policy.ts';
import { defaultTrustPolicy } from '#engine/policy/trust-policy.ts';
import { newSigner, sshAnchor } from '../../fixtures/signing.ts';

const signer = newSigner();
const anchor = sshAnchor(signer, { models: ['silero-*'] });
const situation: PublishSituation = {
  model: 'silero-vad',
  anchors: [anchor],
  objections: [],
  trust: defaultTrustPolicy,
  waiver: null,
};

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

describe('an invalid signature', () => {
  const checks: Check[] = [
    { id: 'signature', status: 'failed', code: 'SIGNATURE-INVALID', path: 'model.onnx.sig' },
    { id: 'signature', status: 'verified', path: 'model.onnx.minisig' },
  ];
  const spoiled = evidence({ verdict: 'failed', signature: 'invalid', checks });
  const waiver = { by: 'officer', reason: 'the vendor withdrew that file' };

  it('is fatal also when another signature is valid', () => {
    expect(decidePublish(spoiled, situation)).toMatchObject({
      allowed: false,
      needsUnsignedAcceptance: false,
      reasons: [checks[0]],
    });
  });

  it('may be waived, and then stays visible as invalid', () => {
    const decision = decidePublish(spoiled, { ...situation, waiver });
    expect(decision.allowed).toBe(true);
    expect(decision.reasons).toEqual([
      expect.objectContaining({ id: 'signature', status: 'warning', code: 'SIGNATURE-INVALID' }),
    ]);
    expect(decision.reasons[0]?.detail).toContain('Waived by officer: the vendor withdrew that file');
  });

  it('is never asked about as if it were absent', () => {
    const alone = evidence({
      verdict: 'failed',
      signature: 'invalid',
      signer: null,
      checks: checks.slice(0, 1),
    });
    for (const situated of [situation, { ...situation, waiver }]) {
      expect(decidePublish(alone, situated).needsUnsignedAcceptance).toBe(false);
    }
  });

  it.each<[string, Check]>([
    ['bytes that are not as listed', { id: 'files.digest', status: 'failed', code: 'DIGEST-MISMATCH' }],
    ['a signer nobody knows', { id: 'identity', status: 'failed', code: 'SIGNER-UNKNOWN' }],
    ['a revoked key', { id: 'revocation', status: 'failed', code: 'SIGNER-REVOKED' }],
  ])('that is waived excuses nothing else: not %s', (_, other) => {
    const decision = decidePublish({ ...spoiled, checks: [...checks, other] }, { ...situation, waiver });
    expect(decision).toMatchObject({ allowed: false, reasons: [other] });
  });
});

describe('what changed since the bytes were verified', () => {
  it('counts: a revocation', () => {
    const objection: Check = { id: 'revocation', status: 'failed', code: 'DIGEST-REVOKED' };
    const decision = decidePublish(evidence(), { ...situation, objections: [objection] });
    expect(decision).toMatchObject({ allowed: false, reasons: [objection] });
  });

  it('counts: the policy asks for more signers, or for fewer', () => {
    const rule = { models: ['*'], required: 2, owners: [], formats: [] };
    const strict = { ...situation, trust: { ...defaultTrustPolicy, signers: [rule] } };
    expect(decidePublish(evidence(), strict).reasons).toEqual([
      expect.objectContaining({ id: 'policy.signers', status: 'failed', found: '1: packer' }),
    ]);
    const judgedStrictly = evidence({
      verdict: 'failed',
      checks: [
        { id: 'signature', status: 'verified' },
        { id: 'policy.signers', status: 'failed', code: 'SIGNERS-TOO-FEW' },
      ],
    });
    expect(decidePublish(judgedStrictly, situation).allowed).toBe(true);
  });

  it('counts: one of two owners is gone, and the policy asks for both', () => {
    const second = newSigner('auditor');
    const signers = [signer, second].map(({ fingerprint }) => ({ fingerprint, keyType: 'ssh-ed25519' }));
    const rule = { models: ['*'], required: 2, owners: [], formats: [] };
    const strict = { ...situation, trust: { ...defaultTrustPolicy, signers: [rule] } };
    const both = { ...strict, anchors: [anchor, sshAnchor(second)] };
    expect(decidePublish(evidence({ signers }), both).allowed).toBe(true);
    expect(decidePublish(evidence({ signers }), strict).allowed).toBe(false);
  });
});
