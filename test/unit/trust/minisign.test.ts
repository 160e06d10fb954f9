import fc from 'fast-check';
import { blake2b } from 'hash-wasm';
import { describe, expect, it } from 'vitest';
import { signifyFormat } from '#engine/trust/formats/signify.ts';
import { minisignFormat, parseMinisig } from '#engine/trust/formats/minisign.ts';
import type { SignatureFinding } from '#engine/trust/formats/signature-format.ts';
import type { TrustAnchor } from '#engine/trust/anchor.ts';
import {
  minisignAnchor,
  minisigOf,
  newMinisignSigner,
  newSigner,
  question,
  sshAnchor,
} from '../../fixtures/signing.ts';

const message = new TextEncoder().encode('weights');
const text = (content: string) => new TextEncoder().encode(content);

async function check(
  file: string,
  anchors: readonly TrustAnchor[],
  signed = message,
): Promise<SignatureFinding> {
  const opened = await minisignFormat.open(text(file));
  if (typeof opened === 'string') throw new Error(opened);
  if (opened.signs.kind !== 'file') throw new Error('it signs a list');
  const digest = new Uint8Array(Buffer.from(await blake2b(signed, 512), 'hex'));
  const shown =
    opened.signs.need.kind === 'digest'
      ? ({ kind: 'digest', digest } as const)
      : ({ kind: 'bytes', bytes: signed } as const);
  const [finding] = await opened.check(shown, question(anchors));
  if (finding === undefined) throw new Error('no finding');
  return finding;
}

describe('minisign signatures', () => {
  it.each([false, true])('of both kinds hold (legacy: %s)', async (legacy) => {
    const key = newMinisignSigner();
    const file = await minisigOf(message, key, { legacy });
    const finding = await check(file, [minisignAnchor(key)]);
    expect(finding).toMatchObject({ outcome: 'valid', key: { fingerprint: `minisign:${key.publicLine}` } });
    expect(finding.claimedAt?.toISOString()).toBe('2025-10-09T08:53:20.000Z');
    expect((await check(file, [minisignAnchor(key)], text('other'))).outcome).toBe('invalid');
  });

  it('do not hold with another trusted comment', async () => {
    const key = newMinisignSigner();
    const file = (await minisigOf(message, key)).replace('model.bin', 'other.bin');
    const finding = await check(file, [minisignAnchor(key)]);
    expect(finding).toMatchObject({
      outcome: 'invalid',
      detail: expect.stringContaining('trusted comment') as string,
    });
  });

  it('by a key that nobody knows are invalid and say which key', async () => {
    const finding = await check(await minisigOf(message, newMinisignSigner()), []);
    expect(finding).toMatchObject({
      outcome: 'invalid',
      unknownKey: 'minisign key 0807060504030201',
      key: null,
    });
  });

  it('do not hold for another key with the same id', async () => {
    const file = await minisigOf(message, newMinisignSigner());
    const finding = await check(file, [minisignAnchor(newMinisignSigner())]);
    expect(finding).toMatchObject({ outcome: 'invalid', key: null });
    expect(finding.unknownKey).toBeUndefined();
  });

  it('are not checked with a key that was accepted for SSH', async () => {
    const key = newMinisignSigner();
    const finding = await check(await minisigOf(message, key), [sshAnchor(key.signer)]);
    expect(finding.outcome).toBe('invalid');
  });

  it('are told from public keys by content', () => {
    const { publicLine } = newMinisignSigner();
    expect(minisignFormat.recognises(text(`untrusted comment: minisign public key\n${publicLine}\n`))).toBe(
      false,
    );
    expect(signifyFormat.recognises(text(`untrusted comment: x public key\n${publicLine}\n`))).toBe(false);
  });

  it('are told from those of signify by their trusted comment', async () => {
    const minisig = text(await minisigOf(message, newMinisignSigner()));
    const [first, second] = new TextDecoder().decode(minisig).split('\n');
    const short = text(`${first}\n${second}\n`);
    expect([minisignFormat.recognises(minisig), signifyFormat.recognises(minisig)]).toEqual([true, false]);
    expect([minisignFormat.recognises(short), signifyFormat.recognises(short)]).toEqual([false, true]);
    expect(minisignFormat.recognises(text('untrusted comment: x\nbroken'))).toBe(false);
    expect(signifyFormat.open(text('untrusted comment: x\nbroken'))).toMatch(/two lines/);
  });

  it.each([
    ['nothing after the comment', 'untrusted comment: x\n', /base64|before/],
    ['no trusted comment (signify)', `untrusted comment: x\n${'A'.repeat(100)}\n`, /trusted comment/],
    ['no global signature', `untrusted comment: x\n${'A'.repeat(100)}\ntrusted comment: y\n`, /global/],
  ])('are refused with %s', (_, file, reason) => {
    expect(parseMinisig(text(file))).toMatch(reason);
  });

  it('are refused with something after the end, or with another algorithm', async () => {
    const file = await minisigOf(message, newMinisignSigner());
    expect(parseMinisig(text(`${file}more\n`))).toMatch(/follows/);
    expect(parseMinisig(text(file.replace(/^RU/m, 'RX')))).toMatch(/algorithm/);
  });

  it('never throw, whatever the content', async () => {
    const whole = await minisigOf(message, newMinisignSigner());
    const mutated = fc
      .tuple(fc.nat(whole.length), fc.nat(20), fc.string({ maxLength: 20 }))
      .map(([at, cut, put]) => whole.slice(0, at) + put + whole.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string({ maxLength: 300 })), (content) => {
        const parsed = parseMinisig(text(content));
        expect(typeof parsed === 'string' || parsed.signature.length === 64).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a key of both', () => {
  it('has different fingerprints as SSH and as minisign key', () => {
    const key = newMinisignSigner();
    expect(minisignAnchor(key).fingerprint).not.toBe(sshAnchor(key.signer).fingerprint);
    expect(newSigner().fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
  });
});
