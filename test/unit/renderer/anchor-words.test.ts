import { describe, expect, it } from 'vitest';
import type { Anchor } from '#shared/contract/trust.ts';
import { anchorState, splitFormats } from '#renderer/features/trust/anchor-words.ts';

const now = new Date('2026-11-24T12:00:00.000Z');
const before = '2026-11-23T12:00:00.000Z';
const after = '2026-11-25T12:00:00.000Z';
const anchor: Anchor = {
  id: 'anchor-1',
  kind: 'ssh',
  keyType: 'ssh-ed25519',
  fingerprint: 'SHA256:abc',
  comment: '',
  identity: null,
  issuer: null,
  principals: [],
  namespaces: [],
  validFrom: null,
  validUntil: null,
  owner: 'the packer',
  models: ['*'],
  formats: [],
  purposes: ['models'],
  source: 'packer.pub',
  addedAt: before,
  addedBy: 'operator',
  refreshedAt: before,
  expiresAt: null,
  revokedAt: null,
  revokedReason: null,
  pack: null,
};
const wordOf = (over: Partial<Anchor>) => anchorState({ ...anchor, ...over }, now).word;

describe('the state of an anchor', () => {
  it('is in force inside its time only', () => {
    expect(wordOf({})).toBe('in force');
    expect(wordOf({ expiresAt: after, validFrom: before, validUntil: after })).toBe('in force');
    expect(wordOf({ validFrom: after })).toBe('not yet valid');
    expect(wordOf({ expiresAt: before })).toBe('past its time');
    expect(wordOf({ validUntil: now.toISOString() })).toBe('past its time');
  });

  it('is revoked whatever its time says', () => {
    expect(wordOf({ revokedAt: before, expiresAt: before })).toBe('revoked');
  });
});

describe('formats as typed', () => {
  it('parts them by commas and spaces, each once; nothing is any', () => {
    expect(splitFormats(' oms, sshsig  oms')).toEqual(['oms', 'sshsig']);
    expect(splitFormats(' ')).toEqual([]);
  });
});
