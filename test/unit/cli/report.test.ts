import { describe, expect, it } from 'vitest';
import type { Check, VerifyReport } from '#shared/contract/evidence.ts';
import { answerQuestions } from '#shared/format/evidence-questions.ts';
import { describeReport } from '../../../electron/cli/report.ts';

const signer = {
  fingerprint: 'SHA256:abc',
  keyType: 'ssh-ed25519',
  format: 'sshsig',
  anchor: { id: 'a', owner: 'the packer', addedAt: '2026-11-11T12:00:00.000Z' },
};
const good: VerifyReport = {
  verdict: 'verified',
  format: 'sha256sums+sshsig',
  signature: 'valid',
  signer,
  signers: [signer],
  checks: [
    { id: 'signature', status: 'verified' },
    { id: 'identity', status: 'verified' },
    { id: 'revocation', status: 'verified' },
    { id: 'time', status: 'verified' },
    { id: 'freshness', status: 'verified' },
    { id: 'files.digest', status: 'verified' },
  ],
  files: { listed: 3, verified: 3, missing: [], extra: [], mismatched: [], ignored: [] },
  provenAt: null,
  checkedAt: '2026-11-23T12:00:00.000Z',
  trustAgeDays: 12,
};
const and = (...checks: Check[]): VerifyReport => ({
  ...good,
  verdict: 'failed',
  checks: [...good.checks, ...checks],
});
const answersOf = (report: VerifyReport) =>
  Object.fromEntries(answerQuestions(report).map(({ question, verdict }) => [question, verdict]));

describe('the questions that a verification answers', () => {
  it('are answered one by one, whatever the others say', () => {
    const all = ['signature', 'identity', 'time', 'revocation', 'freshness', 'completeness'];
    expect(answersOf(good)).toEqual(Object.fromEntries(all.map((each) => [each, 'verified'])));
    const wrong: readonly (readonly [string, string])[] = [
      ['files.root', 'signature'],
      ['chain.names', 'identity'],
      ['policy.signers', 'identity'],
      ['time.anchor', 'time'],
      ['clock', 'time'],
      ['chain.revocation', 'revocation'],
      ['revocation.key', 'revocation'],
      ['freshness.root', 'freshness'],
      ['files.complete', 'completeness'],
      ['nobody.knows', 'completeness'],
      ['scan', 'scan'],
      ['policy.infected', 'scan'],
    ];
    for (const [id, question] of wrong) {
      const answers = answersOf(and({ id, status: 'failed' }));
      const failed = Object.entries(answers).filter(([, verdict]) => verdict === 'failed');
      expect(failed, id).toEqual([[question, 'failed']]);
    }
  });

  it('is not made worse by an outside scanner that is not there', () => {
    const outside: Check = { id: 'scan.outside', status: 'not-checked' };
    expect(answersOf(and({ id: 'scan', status: 'verified' }, outside))['scan']).toBe('verified');
    expect(answersOf(and(outside))['scan']).toBe('not-checked');
  });

  it('each check rests under exactly one', () => {
    const report = and({ id: 'scan', status: 'warning' }, { id: 'chain', status: 'verified' });
    expect(answerQuestions(report).flatMap(({ checks }) => checks)).toHaveLength(report.checks.length);
  });
});

describe('a verification as text', () => {
  it('says in its first line what is proven, and nothing of what to do when all is well', () => {
    const [first, ...lines] = describeReport(good);
    expect(first).toMatch(/^VERIFIED  Signed by the packer, every byte as signed/);
    expect(lines.join('\n')).toContain('6 checks hold');
    expect(lines).not.toContain('What to do');
  });

  it('names what is wrong with both sides, the files, and what to do about it', () => {
    const files = {
      ...good.files,
      mismatched: ['a\u202e.bin'],
      missing: ['b'],
      extra: ['c'],
      ignored: ['d'],
    };
    const bad: Check = {
      id: 'files.digest',
      status: 'failed',
      code: 'DIGEST-MISMATCH',
      path: 'a\u202e.bin',
      expected: 'sha256:1',
      found: 'sha256:2',
    };
    const text = describeReport({ ...and(bad), files }).join('\n');
    expect(text).toMatch(/^FAILED {2}.*1 file with other bytes, 1 file missing, 1 file that nobody signed/);
    for (const line of [/changed {3}a.+\.bin/, /missing {3}b/, /extra {5}c/, /unsigned {2}d/])
      expect(text).toMatch(line);
    expect(text).toMatch(/expected {2}sha256:1\n.*found {5}sha256:2/);
    expect(text).toContain('What to do\n  Do not use the files named.');
    expect(text).not.toContain('\u202e');
  });

  it('says that a good signature does not help what the scan blocks', () => {
    const [first] = describeReport(and({ id: 'scan', status: 'failed', code: 'POLICY-REFUSED' }));
    expect(first).toMatch(/^FAILED {2}Signed by the packer, every byte as signed, but blocked by the scan/);
  });
});
