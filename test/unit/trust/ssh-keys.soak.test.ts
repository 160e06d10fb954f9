import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findSshsigProblem, parseSshsig } from '#engine/trust/sshsig.ts';
import { effort } from '../../fixtures/effort.ts';
import { acceptedFlips } from '../../fixtures/flips.ts';
import { certify, makeSshsig, newSshKey, plainTypes, securityKeyTypes } from '../../fixtures/ssh-keys.ts';

const message = new TextEncoder().encode('weights');
const digests = {
  sha256: new Uint8Array(createHash('sha256').update(message).digest()),
  sha512: new Uint8Array(createHash('sha512').update(message).digest()),
};

function holds(signature: Uint8Array): boolean {
  const sig = parseSshsig(signature);
  return typeof sig !== 'string' && findSshsigProblem(sig, digests[sig.hash], ['file']) === null;
}

/** No byte of an armored SSH signature is uncovered: the armor has one spelling, and nothing is left open inside. */
describe('one flipped bit anywhere', { timeout: 120_000 }, () => {
  const every = effort(11, 1);

  it.each([...plainTypes, ...securityKeyTypes])('breaks a signature of a %s key', async (type) => {
    const signature = await makeSshsig(newSshKey(type), message);
    expect(await acceptedFlips(signature, holds, every)).toEqual([]);
  });

  it('breaks a signature with a certificate', async () => {
    const key = newSshKey('ecdsa-sha2-nistp256');
    const blob = await certify(key, newSshKey('ssh-ed25519'), { critical: [], validAfter: 1n });
    expect(await acceptedFlips(await makeSshsig(key, message, { blob }), holds, every)).toEqual([]);
  });
});
