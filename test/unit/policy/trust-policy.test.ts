import { describe, expect, it } from 'vitest';
import type { SignersRule, TrustPolicy } from '#shared/contract/trust-policy.ts';
import {
  checkFreshness,
  checkSigners,
  defaultTrustPolicy,
  findPolicyProblem,
} from '#engine/policy/trust-policy.ts';

const rule = (over: Partial<SignersRule> = {}): SignersRule => ({
  models: ['llama-*'],
  required: 2,
  owners: [],
  formats: [],
  ...over,
});
const policyOf = (...signers: SignersRule[]): TrustPolicy => ({ ...defaultTrustPolicy, signers });
const vendor = { owner: 'Vendor', format: 'oms' };
const office = { owner: 'Security office', format: 'sha256sums+minisign' };

describe('the signers that the policy asks for', () => {
  it('are asked for only where a rule names the model', () => {
    expect(checkSigners(policyOf(rule()), 'silero-vad', [])).toEqual([]);
    expect(checkSigners(defaultTrustPolicy, 'llama-4', [])).toEqual([]);
  });

  it('are distinct owners: two keys of one owner are one signer', () => {
    const twice = checkSigners(policyOf(rule()), 'llama-4', [vendor, { ...vendor, format: 'sshsig' }]);
    expect(twice).toEqual([
      expect.objectContaining({
        id: 'policy.signers',
        status: 'failed',
        code: 'SIGNERS-TOO-FEW',
        expected: '2 of any owners',
        found: '1: Vendor',
      }),
    ]);
    expect(checkSigners(policyOf(rule()), 'llama-4', [vendor, office])).toEqual([
      {
        id: 'policy.signers',
        status: 'verified',
        expected: '2 of any owners',
        found: '2: Security office, Vendor',
      },
    ]);
  });

  it.each([
    ['an owner that the rule does not name', rule({ required: 1, owners: ['Auditor'] })],
    ['a format that the rule does not name', rule({ required: 1, formats: ['openpgp'] })],
    [
      'the right owner in the wrong format',
      rule({ required: 1, owners: ['Security office'], formats: ['oms'] }),
    ],
  ])('do not count: %s', (_, asked) => {
    const [check] = checkSigners(policyOf(asked), 'llama-4', [vendor, office]);
    expect(check).toMatchObject({ status: 'failed', found: 'none' });
  });

  it('count by the signature that a list carries', () => {
    const asked = rule({ required: 1, formats: ['minisign'] });
    expect(checkSigners(policyOf(asked), 'llama-4', [office])[0]?.status).toBe('verified');
  });

  it('are asked for by every rule that names the model', () => {
    const asked = policyOf(rule({ required: 1, owners: ['Vendor'] }), rule({ models: ['*'], required: 2 }));
    const checks = checkSigners(asked, 'llama-4', [vendor]);
    expect(checks.map(({ status }) => status)).toEqual(['verified', 'failed']);
  });
});

describe('the age of trust data', () => {
  const policy: TrustPolicy = {
    ...defaultTrustPolicy,
    freshness: { warnDays: 30, failDays: 90, rootWarnDays: null },
  };

  it.each([
    [30, 'verified'],
    [31, 'warning'],
    [90, 'warning'],
    [91, 'failed'],
  ])('of %i days is %s', (age, status) => {
    expect(checkFreshness(policy, age)?.status).toBe(status);
  });

  it('is nothing to check when no trust data was used, and has no limit without one', () => {
    expect(checkFreshness(policy, null)).toBeNull();
    const without: TrustPolicy = {
      ...policy,
      freshness: { warnDays: null, failDays: null, rootWarnDays: null },
    };
    expect(checkFreshness(without, 10_000)?.status).toBe('verified');
  });
});

describe('a policy that contradicts itself', () => {
  it('is told what is wrong with it', () => {
    expect(findPolicyProblem(policyOf(rule({ owners: ['Vendor', 'Vendor'] })))).toContain('names 1');
    const early: TrustPolicy = {
      ...defaultTrustPolicy,
      freshness: { warnDays: 90, failDays: 30, rootWarnDays: null },
    };
    expect(findPolicyProblem(early)).toContain('before anybody was warned');
    expect(findPolicyProblem(defaultTrustPolicy)).toBeNull();
  });
});
