import { describe, expect, it } from 'vitest';
import type { Check } from '#shared/contract/evidence.ts';
import type { TrustPackInspection } from '#shared/contract/trust-pack.ts';
import { judgePack, limitsText, quorumState } from '#renderer/features/trust/pack-words.ts';

const keys = ['anna', 'ben'].map((name) => ({ name, fingerprint: `SHA256:${name}` }));
const failed = (id: string, code: Check['code'], detail = ''): Check => {
  return { id, status: 'failed', detail, ...(code === undefined ? {} : { code }) };
};

function inspectionOf(number: number, inForce: number | null, checks: Check[]): TrustPackInspection {
  const pack = {
    authority: 'office',
    number,
    createdAt: '2026-11-21T10:00:00.000Z',
    maxAgeDays: 90,
    expiresAt: '2027-02-19T10:00:00.000Z',
    digest: `sha256:${'0'.repeat(64)}`,
    roots: { threshold: 2, keys },
    anchors: 0,
    revocations: 0,
  };
  const accepted = { acceptedAt: pack.createdAt, acceptedBy: 'anna', olderReason: null };
  return {
    pack,
    current: inForce === null ? null : { ...pack, ...accepted, number: inForce },
    signedBy: [],
    quorums: [],
    acceptable: checks.length === 0,
    checks,
    changes: { anchors: [], kept: 0, revocations: [], rootsChange: false },
    affects: { releases: [], channels: [], servers: [], imports: [] },
  };
}

describe('what can be done with a pack', () => {
  it('waits for every root of the first one to be compared', () => {
    const first = inspectionOf(1, null, [failed('pack.roots', 'FINGERPRINT-UNCONFIRMED')]);
    expect(judgePack(first, []).way).toBe('confirm');
    expect(judgePack(first, ['SHA256:anna']).way).toBe('confirm');
    expect(judgePack(first, ['SHA256:ben', 'SHA256:anna'])).toEqual({ way: 'accept', why: '' });
  });

  it('lets a person go back only when nothing else stands against the pack', () => {
    const older = failed('pack.number', 'PACK-OUTDATED', 'Pack 5 is in force.');
    expect(judgePack(inspectionOf(3, 5, [older]), [])).toEqual({
      way: 'go-back',
      why: 'Pack 5 is in force.',
    });
    const unsigned = failed('pack.roots', 'PACK-UNAUTHORISED', 'Too few signed it.');
    expect(judgePack(inspectionOf(3, 5, [unsigned, older]), [])).toEqual({
      way: 'refused',
      why: 'Too few signed it.',
    });
    expect(judgePack(inspectionOf(5, 5, [older]), []).way).toBe('refused');
  });

  it('accepts no comparison in place of signatures', () => {
    const bad = [
      failed('pack.roots', 'FINGERPRINT-UNCONFIRMED'),
      failed('signature', 'SIGNATURE-INVALID', 'No.'),
    ];
    expect(
      judgePack(
        inspectionOf(1, null, bad),
        keys.map(({ fingerprint }) => fingerprint),
      ),
    ).toEqual({
      way: 'refused',
      why: 'No.',
    });
  });
});

describe('words of a pack', () => {
  it('count signatures against the threshold', () => {
    const quorum = { roots: 'named' as const, threshold: 2 };
    const [anna, ben] = keys;
    if (anna === undefined || ben === undefined) throw new Error('there are two');
    const one = [
      { ...anna, signed: true },
      { ...ben, signed: false },
    ];
    expect(quorumState({ ...quorum, keys: one })).toEqual({
      isMet: false,
      words: '1 of 2 signed, 2 have to',
    });
    const both = one.map((key) => ({ ...key, signed: true }));
    expect(quorumState({ ...quorum, keys: both }).isMet).toBe(true);
  });

  it('show limits with those before', () => {
    const limits = { owner: 'v', models: ['*'], formats: [], purposes: ['models' as const] };
    const change = {
      ...limits,
      change: 'limited' as const,
      kind: 'ssh' as const,
      fingerprint: 'SHA256:v',
      identity: null,
      formats: ['oms'],
      before: limits,
    };
    expect(limitsText(change)).toBe('*; only models → *; in oms; only models');
    expect(limitsText({ ...change, before: null })).toBe('*; in oms; only models');
  });
});
