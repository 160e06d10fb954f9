import { describe, expect, it } from 'vitest';
import { blake2b } from 'hash-wasm';
import { signEnvelope, verifyEnvelope } from '#engine/trust/dsse.ts';
import { minisignFormat } from '#engine/trust/formats/minisign.ts';
import { FILE_NAMESPACE, signSshsig, verifySshsig } from '#engine/trust/sshsig.ts';
import { minisignAnchor, minisigOf, newMinisignSigner, newSigner, question } from '../../fixtures/signing.ts';

const message = new TextEncoder().encode('weights');

/** Offsets at which some flipped bit leaves the whole accepted. */
async function acceptedFlips(
  whole: Uint8Array,
  accepts: (bytes: Uint8Array) => boolean | Promise<boolean>,
): Promise<number[]> {
  expect(await accepts(whole)).toBe(true);
  const accepted = new Set<number>();
  for (let offset = 0; offset < whole.length; offset++) {
    for (let bit = 0; bit < 8; bit++) {
      const flipped = new Uint8Array(whole);
      flipped[offset] = (flipped[offset] ?? 0) ^ (1 << bit);
      if (await accepts(flipped)) accepted.add(offset);
    }
  }
  return [...accepted];
}

/** Offsets of a piece of text in a file. */
function range(whole: Uint8Array, text: string): number[] {
  const start = Buffer.from(whole).indexOf(text);
  return Array.from({ length: text.length }, (_, index) => start + index);
}

describe('one flipped bit, anywhere', { timeout: 60_000 }, () => {
  it('breaks an SSH signature', async () => {
    const armored = new TextEncoder().encode(signSshsig(message, FILE_NAMESPACE, newSigner()));
    const accepts = (bytes: Uint8Array) => verifySshsig(bytes, message, [FILE_NAMESPACE]).outcome === 'valid';
    expect(await acceptedFlips(armored, accepts)).toEqual([]);
  });

  it.each([{ legacy: false }, { legacy: true }])(
    'breaks a minisign signature ($legacy) but for its untrusted comment',
    async ({ legacy }) => {
      const key = newMinisignSigner();
      const file = new TextEncoder().encode(await minisigOf(message, key, { legacy }));
      const digest = new Uint8Array(Buffer.from(await blake2b(message, 512), 'hex'));
      const accepts = async (bytes: Uint8Array) => {
        const opened = minisignFormat.recognises(bytes) ? await minisignFormat.open(bytes) : 'another format';
        if (typeof opened === 'string' || opened.signs.kind !== 'file') return false;
        const content =
          opened.signs.need.kind === 'digest'
            ? ({ kind: 'digest', digest } as const)
            : ({ kind: 'bytes', bytes: message } as const);
        const findings = await opened.check(content, question([minisignAnchor(key)]));
        return findings.every(({ outcome }) => outcome === 'valid');
      };
      const uncovered = new Set(range(file, 'signature\n').slice(0, -1));
      const accepted = await acceptedFlips(file, accepts);
      expect(accepted.filter((offset) => !uncovered.has(offset))).toEqual([]);
    },
  );

  it('breaks a DSSE envelope but for the name of the key hint', async () => {
    const signer = newSigner();
    const envelope = signEnvelope('application/vnd.in-toto+json', message, signer);
    const accepts = (bytes: Uint8Array) => verifyEnvelope(bytes, [signer]).outcome === 'valid';
    // DSSE ignores fields it does not know, so `keyie` is as good as no hint; the hint's value is held to.
    const uncovered = new Set(range(envelope, 'keyid'));
    const accepted = await acceptedFlips(envelope, accepts);
    expect(accepted.filter((offset) => !uncovered.has(offset))).toEqual([]);
  });
});
