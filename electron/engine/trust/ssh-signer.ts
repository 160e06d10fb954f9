import { createPublicKey, type KeyObject, sign as nativeSign } from 'node:crypto';
import { AppError } from '#engine/core/app-error.ts';
import type { Signer } from '#engine/core/signer.ts';
import { type EcdsaCurve, factsOfCurve } from './ecdsa.ts';
import { fingerprintOfBlob, opensshBlob, SSH_ED25519 } from './openssh-key.ts';
import { concatBytes, sshMpint, sshString } from './ssh-wire.ts';

/** Something that makes signatures as OpenSSH does: a key from a file, or one that an agent or a security key keeps. */
export interface SshSigner {
  /** Key blob of RFC 4253, section 6.6. */
  readonly keyBlob: Uint8Array;
  /** `SHA256:<base64>`. */
  readonly fingerprint: string;
  /** Of the key, for a person. */
  readonly comment: string;
  /** The signature blob, with its type. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** A signer over a private key in memory. Throws KEY-UNREADABLE for a key that signs nothing in this format. */
export function keySshSigner(key: KeyObject, comment: string): SshSigner {
  const { blob, signatureType, hash } = describe(key);
  return {
    keyBlob: blob,
    fingerprint: fingerprintOfBlob(blob),
    comment,
    sign: (message) => {
      const made = nativeSign(hash, message, { key, dsaEncoding: 'ieee-p1363' });
      const half = made.length / 2;
      const signature =
        key.asymmetricKeyType === 'ec'
          ? concatBytes(sshMpint(made.subarray(0, half)), sshMpint(made.subarray(half)))
          : made;
      return Promise.resolve(concatBytes(sshString(signatureType), sshString(signature)));
    },
  };
}

/** A signer over a person's unlocked Ed25519 key. */
export function personSshSigner(signer: Signer): SshSigner {
  return {
    keyBlob: opensshBlob(signer.publicKey),
    fingerprint: signer.fingerprint,
    comment: signer.name,
    sign: (message) => Promise.resolve(concatBytes(sshString(SSH_ED25519), sshString(signer.sign(message)))),
  };
}

interface KeyFacts {
  readonly blob: Uint8Array;
  readonly signatureType: string;
  readonly hash: string | null;
}

function describe(key: KeyObject): KeyFacts {
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return {
        blob: concatBytes(sshString('ssh-ed25519'), sshString(bytesOf(jwk.x))),
        signatureType: 'ssh-ed25519',
        hash: null,
      };
    case 'rsa':
      return {
        blob: concatBytes(sshString('ssh-rsa'), sshMpint(bytesOf(jwk.e)), sshMpint(bytesOf(jwk.n))),
        signatureType: 'rsa-sha2-512',
        hash: 'sha512',
      };
    case 'ec':
      return describeEcdsa(jwk.crv ?? '', bytesOf(jwk.x), bytesOf(jwk.y));
    default:
      throw refused(key);
  }
}

function describeEcdsa(crv: string, x: Uint8Array, y: Uint8Array): KeyFacts {
  const curve = (['P-256', 'P-384', 'P-521'] as const).find((each: EcdsaCurve) => each === crv);
  if (curve === undefined)
    throw new AppError('KEY-UNREADABLE', `Keys on the curve ${crv} sign nothing here.`);
  const nistName = `nistp${curve.slice(2)}`;
  const type = `ecdsa-sha2-${nistName}`;
  const point = concatBytes(Uint8Array.of(4), x, y);
  return {
    blob: concatBytes(sshString(type), sshString(nistName), sshString(point)),
    signatureType: type,
    hash: factsOfCurve(curve).hash,
  };
}

function bytesOf(base64url: string | undefined): Uint8Array {
  return new Uint8Array(Buffer.from(base64url ?? '', 'base64url'));
}

function refused(key: KeyObject): AppError {
  const type = key.asymmetricKeyType ?? 'unknown';
  return new AppError('KEY-UNREADABLE', `Keys of the type ${type} make no SSH signatures.`, {
    expected: 'Ed25519, ECDSA on P-256, P-384 or P-521, or RSA',
    found: type,
  });
}
