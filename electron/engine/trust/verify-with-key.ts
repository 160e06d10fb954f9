import { constants, type KeyObject, verify } from 'node:crypto';
import { verifyEd25519 } from './ed25519.ts';
import { rawEd25519 } from './spki.ts';
import { integerBytes, DerProblem, DerReader, Tag } from './x509/der.ts';

export type SignatureHash = 'sha256' | 'sha384' | 'sha512';

/** The hash that goes with a curve where nothing else names one (OMS, Sigstore): as strong as the curve. */
export const hashOfCurve: Readonly<Record<string, SignatureHash>> = {
  prime256v1: 'sha256',
  secp384r1: 'sha384',
  secp521r1: 'sha512',
};

/**
 * Does the signature hold for the message under this key? ECDSA on the three NIST curves (DER, strictly encoded), RSA of at
 * least 2048 bits (PKCS #1 v1.5; for keys that are only for PSS, that with a salt as long as the hash), Ed25519. Any other
 * key is a no.
 */
export function verifyWithKey(
  key: KeyObject,
  hash: SignatureHash,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  switch (key.asymmetricKeyType) {
    case 'ec':
      return isStrictEcdsa(signature) && isKnownCurve(key) && verify(hash, message, key, signature);
    case 'rsa':
      return isLongEnough(key) && verify(hash, message, key, signature);
    case 'rsa-pss':
      return isLongEnough(key) && verifyPss(key, hash, constants.RSA_PSS_SALTLEN_DIGEST, message, signature);
    case 'ed25519': {
      const raw = rawEd25519(key);
      return raw !== null && verifyEd25519(signature, message, raw);
    }
    default:
      return false;
  }
}

/** The hashes that may go with a key where nothing names one: cosign takes SHA-256 for every curve, others that of the curve. */
export function usualHashes(key: KeyObject): SignatureHash[] {
  const ofCurve = hashOfCurve[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? 'sha256';
  return [...new Set<SignatureHash>([ofCurve, 'sha256'])];
}

/** See verifyWithKey; with any of the usual hashes. */
export function verifyWithUsualHash(key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  return usualHashes(key).some((hash) => verifyWithKey(key, hash, message, signature));
}

/** RSASSA-PSS (RFC 8017, section 8.1.2) with the same hash for message and mask; a salt of exactly `saltBytes`. */
export function verifyPss(
  key: KeyObject,
  hash: SignatureHash,
  saltBytes: number,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: saltBytes };
  try {
    return verify(hash, message, pss, signature);
  } catch {
    return false; // the key itself says that it is for another hash, or for longer salts
  }
}

/** Why a key is too weak to rely on, or of a kind that is not relied on; null when it is strong. */
export function findKeyWeakness(key: KeyObject): string | null {
  switch (key.asymmetricKeyType) {
    case 'ec':
      return isKnownCurve(key) ? null : 'a curve other than P-256, P-384 and P-521';
    case 'rsa':
    case 'rsa-pss':
      return isLongEnough(key) ? null : 'an RSA key of less than 2048 bits';
    case 'ed25519':
      return rawEd25519(key) === null ? 'an Ed25519 key that no honest program makes' : null;
    default:
      return `a key of type ${key.asymmetricKeyType ?? 'unknown'}`;
  }
}

function isKnownCurve(key: KeyObject): boolean {
  return Object.hasOwn(hashOfCurve, key.asymmetricKeyDetails?.namedCurve ?? '');
}

function isLongEnough(key: KeyObject): boolean {
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
}

/** Two positive integers in their shortest form and nothing else (RFC 3279, section 2.2.3). */
export function isStrictEcdsa(signature: Uint8Array): boolean {
  try {
    const outer = new DerReader(signature);
    const pair = outer.enter(Tag.sequence);
    outer.end();
    const numbers = [pair.next(Tag.integer), pair.next(Tag.integer)];
    pair.end();
    return numbers.every(({ content }) => {
      const [first = 0] = integerBytes(content);
      return first < 0x80 && content.some((byte) => byte !== 0);
    });
  } catch (error) {
    if (error instanceof DerProblem) return false;
    throw error;
  }
}
