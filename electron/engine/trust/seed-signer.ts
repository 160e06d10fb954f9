import type { Signer } from '#engine/core/signer.ts';
import { publicKeyOf, signEd25519 } from './ed25519.ts';
import { opensshFingerprint } from './openssh-key.ts';

/** A signer over a secret seed in memory; the seed is copied and cannot be read back. */
export function seedSigner(name: string, seed: Uint8Array): Signer {
  const secret = Uint8Array.from(seed);
  const publicKey = publicKeyOf(secret);
  return {
    name,
    publicKey,
    fingerprint: opensshFingerprint(publicKey),
    sign: (bytes) => signEd25519(secret, bytes),
  };
}
