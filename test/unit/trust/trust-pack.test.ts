import { describe, expect, it } from 'vitest';
import { canonicalBytes } from '#engine/core/canonical-json.ts';
import { opensshLine } from '#engine/trust/openssh-key.ts';
import { digestOfPack, openPack } from '#engine/trust/pack/open-pack.ts';
import {
  checkPack,
  type CurrentPack,
  packExpiry,
  type PackSituation,
} from '#engine/trust/pack/pack-rules.ts';
import type { PackRoots, TrustPack } from '#engine/trust/pack/trust-pack.ts';
import { packOf, rootsOf, signedBy } from '../../fixtures/packs.ts';
import { newSigner } from '../../fixtures/signing.ts';

const anna = newSigner('anna');
const ben = newSigner('ben');
const carl = newSigner('carl');
const dora = newSigner('dora');
const old = rootsOf(2, anna, ben, carl);
const at = new Date('2026-11-23T10:00:00.000Z');

const held = (content: TrustPack): CurrentPack => ({ ...content, digest: digestOfPack(content) });

/** The failed checks of a pack, as `id CODE`. */
function failures(bytes: Uint8Array, over: Partial<PackSituation> = {}): string[] {
  const situation = { current: held(packOf(old)), confirmed: [], allowOlder: false, at, ...over };
  return checkPack(openPack(bytes, situation.current?.roots ?? null), situation)
    .filter(({ status }) => status === 'failed')
    .map(({ id, code }) => `${id} ${code ?? ''}`);
}

describe('the first pack', () => {
  const first = { current: null };
  const all = [anna, ben, carl].map(({ fingerprint }) => fingerprint);

  it('counts when every root key was confirmed and enough of them signed', () => {
    expect(failures(signedBy(packOf(old), anna, ben), { ...first, confirmed: all })).toEqual([]);
  });

  it('does not count with a root key that nobody confirmed, or too few signatures', () => {
    expect(failures(signedBy(packOf(old), anna, ben), { ...first, confirmed: all.slice(1) })).toEqual([
      'pack.roots FINGERPRINT-UNCONFIRMED',
    ]);
    expect(failures(signedBy(packOf(old), anna), { ...first, confirmed: all })).toEqual([
      'pack.new-roots PACK-UNAUTHORISED',
    ]);
    expect(failures(signedBy(packOf(old), anna, anna), { ...first, confirmed: all })).toEqual([
      'pack.new-roots PACK-UNAUTHORISED',
    ]);
  });
});

describe('numbers', () => {
  it('only grow', () => {
    const next = (number: number, over: Partial<PackSituation> = {}) =>
      failures(signedBy(packOf(old, { number }), anna, ben), {
        current: held(packOf(old, { number: 5 })),
        ...over,
      });
    expect(next(6)).toEqual([]);
    expect(next(4)).toEqual(['pack.number PACK-OUTDATED']);
    expect(next(5)).toEqual(['pack.number ALREADY-EXISTS']);
    expect(next(4, { allowOlder: true })).toEqual([]);
  });

  it('belong to one pack each, also with a reason to go back', () => {
    const other = packOf(old, { number: 5, maxAgeDays: 7 });
    const current = held(packOf(old, { number: 5 }));
    expect(failures(signedBy(other, anna, ben), { current, allowOlder: true })).toEqual([
      'pack.number PACK-OUTDATED',
    ]);
  });

  it('are the same pack however many have signed it', () => {
    const content = packOf(old, { number: 5 });
    const more = signedBy(content, anna, ben, carl);
    expect(failures(more, { current: held(content) })).toEqual(['pack.number ALREADY-EXISTS']);
  });
});

describe('a change of the roots', () => {
  const change = (roots: PackRoots, ...signers: [typeof anna, ...(typeof anna)[]]) =>
    failures(signedBy(packOf(roots, { number: 2 }), ...signers));

  it('is signed by enough of the old and enough of the new', () => {
    expect(change(rootsOf(2, carl, dora), anna, ben, carl, dora)).toEqual([]);
    expect(change(rootsOf(1, ben, dora), anna, ben)).toEqual([]);
  });

  it('is refused when either side is missing', () => {
    expect(change(rootsOf(2, carl, dora), carl, dora)).toEqual(['pack.roots PACK-UNAUTHORISED']);
    expect(change(rootsOf(2, carl, dora), anna, ben)).toEqual(['pack.new-roots PACK-UNAUTHORISED']);
  });

  it('is one too when only the threshold falls', () => {
    expect(change(rootsOf(1, anna, ben, carl), anna)).toEqual(['pack.roots PACK-UNAUTHORISED']);
  });

  it('is none when only names or the order change', () => {
    const renamed = { ...old, keys: [...old.keys].reverse().map((key) => ({ ...key, name: 'x' })) };
    expect(change(renamed, anna, ben)).toEqual([]);
  });
});

describe('what spoils a pack', () => {
  const next = packOf(old, { number: 2 });

  it('is one bad signature among enough good ones', () => {
    const envelope = JSON.parse(Buffer.from(signedBy(next, anna, ben, carl)).toString()) as {
      signatures: { keyid: string; sig: string }[];
    };
    const last = envelope.signatures.at(-1);
    if (last === undefined) throw new Error('no signature');
    last.sig = envelope.signatures[0]?.sig ?? '';
    expect(failures(canonicalBytes(envelope))).toEqual(['signature SIGNATURE-INVALID']);
  });

  it('is a signature by a stranger', () => {
    expect(failures(signedBy(next, anna, ben, dora))).toEqual(['signature SIGNER-UNKNOWN']);
  });

  it('is another authority, however well it signs', () => {
    const foreign = packOf(old, { number: 2, authority: 'somebody-else' });
    expect(failures(signedBy(foreign, anna, ben))).toEqual(['pack.authority PACK-UNAUTHORISED']);
  });

  it('is its age, by its own limit', () => {
    const later = new Date('2027-03-01T00:00:00.000Z');
    expect(failures(signedBy(next, anna, ben), { at: later })).toEqual(['freshness TRUST-OUTDATED']);
    expect(packExpiry(next)).toBe('2027-02-19T10:00:00.000Z');
  });

  it.each<[string, Partial<TrustPack>]>([
    ['more signatures asked for than there are keys', { roots: { ...old, threshold: 4 } }],
    ['a root key twice', { roots: { threshold: 1, keys: [...old.keys, ...old.keys.slice(0, 1)] } }],
    [
      'a root key that is none',
      { roots: { threshold: 1, keys: [{ name: 'x', publicKey: 'ssh-rsa AAAA' }] } },
    ],
    [
      'a thing revoked twice',
      {
        revocations: [1, 2].map((n) => ({
          kind: 'key' as const,
          value: 'SHA256:abcdefgh',
          reason: `reason ${n}`,
          revokedAt: '2026-11-01T00:00:00.000Z',
        })),
      },
    ],
  ])('is %s', (_, over) => {
    expect(failures(signedBy(packOf(old, { number: 2, ...over }), anna, ben))).toEqual([
      'pack.format FORMAT-INVALID',
    ]);
  });

  it('is every single byte', () => {
    const bytes = signedBy(next, anna, ben);
    for (let n = 0; n < bytes.length; n += 7) {
      const flipped = Uint8Array.from(bytes);
      flipped[n] = (flipped[n] ?? 0) ^ 1;
      expect(failures(flipped), `byte ${n}`).not.toEqual([]);
    }
  });

  it('is anything that is not a pack', () => {
    for (const text of ['', '{}', 'ssh-ed25519 AAAA', opensshLine(anna.publicKey, 'x')]) {
      expect(failures(Buffer.from(text))).toEqual(['pack.format FORMAT-INVALID']);
    }
  });
});
