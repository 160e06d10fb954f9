import { describe, expect, it } from 'vitest';
import { worstFirst, worstOf } from '#renderer/components/evidence-words.ts';
import { describeEvidence } from '#shared/format/evidence-words.ts';
import { formatLocalDay } from '#shared/format/dates.ts';
import type { VerifyReport } from '#shared/contract/evidence.ts';

const good: VerifyReport = {
  verdict: 'verified',
  format: 'sha256sums+sshsig',
  signature: 'valid',
  signer: {
    fingerprint: 'SHA256:abc',
    keyType: 'ssh-ed25519',
    anchor: { id: 'a', owner: 'the packer', addedAt: '2026-11-11T12:00:00.000Z' },
  },
  checks: [],
  files: { listed: 3, verified: 3, missing: [], extra: [], mismatched: [], ignored: [] },
  signers: [],
  provenAt: null,
  checkedAt: '2026-11-23T12:00:00.000Z',
  trustAgeDays: 12,
};

/** In the zone of the machine that runs the test. */
const day = formatLocalDay(good.checkedAt);

describe('evidence in words', () => {
  it('says who signed and that every byte is as signed', () => {
    expect(describeEvidence(good)).toBe(
      `Signed by the packer, every byte as signed, checked ${day} with trust data 12 days old`,
    );
  });

  it('says nothing good about bytes that nobody signed', () => {
    const unsigned = { ...good, signature: 'absent' as const, signer: null, trustAgeDays: null };
    expect(describeEvidence(unsigned)).toBe(`No signature, every byte as listed, checked ${day}`);
  });

  it('tells a broken signature from a missing one, and an unknown key from a known one', () => {
    expect(describeEvidence({ ...good, signature: 'invalid' })).toMatch(
      /^A signature is present and does not hold/,
    );
    const unknown = { ...good, signer: { fingerprint: 'SHA256:abc', keyType: 'ssh-ed25519' } };
    expect(describeEvidence(unknown)).toMatch(/^Signed by a key that no anchor of this site knows/);
  });

  it('counts what is wrong', () => {
    const files = { ...good.files, verified: 1, missing: ['a'], mismatched: ['b', 'c'] };
    expect(describeEvidence({ ...good, files })).toContain('2 files with other bytes, 1 file missing');
    expect(describeEvidence({ ...good, files: { ...good.files, verified: 2 } })).toContain(
      '2 of 3 files compared',
    );
  });

  it('shows what an owner hides', () => {
    const signer = {
      ...good.signer,
      fingerprint: 'x',
      keyType: 'y',
      anchor: { id: 'a', owner: 'a\u202eb', addedAt: '' },
    };
    expect(describeEvidence({ ...good, signer })).toContain('a⟨U+202E⟩b');
  });
});

describe('order of checks', () => {
  it('has the worst first, and no check is no good news', () => {
    const checks = [
      { id: '1', status: 'verified' as const },
      { id: '2', status: 'not-checked' as const },
      { id: '3', status: 'failed' as const },
      { id: '4', status: 'warning' as const },
    ];
    expect(worstFirst(checks).map(({ id }) => id)).toEqual(['3', '4', '2', '1']);
    expect(worstOf(checks)).toBe('failed');
    expect(worstOf(checks.slice(0, 2))).toBe('not-checked');
    expect(worstOf([])).toBe('not-checked');
  });
});
