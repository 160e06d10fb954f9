import { type KeyObject, verify } from 'node:crypto';
import { isStrictEcdsa, type SignatureHash, verifyPss } from '../verify-with-key.ts';
import { verifyEd25519 } from '../ed25519.ts';
import { rawEd25519 } from '../spki.ts';
import type { AlgorithmId, Certificate } from './certificate.ts';
import { readPssParameters } from './pss-parameters.ts';

interface Scheme {
  readonly keyType: 'ec' | 'rsa' | 'ed25519';
  readonly hash: SignatureHash | 'sha1';
}

/** Signature algorithms of certificates (RFC 5758, 4055, 8410). SHA-1 is known so that it can be called weak. */
const schemes: Readonly<Record<string, Scheme>> = {
  '1.2.840.10045.4.1': { keyType: 'ec', hash: 'sha1' },
  '1.2.840.10045.4.3.2': { keyType: 'ec', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { keyType: 'ec', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { keyType: 'ec', hash: 'sha512' },
  '1.2.840.113549.1.1.5': { keyType: 'rsa', hash: 'sha1' },
  '1.2.840.113549.1.1.11': { keyType: 'rsa', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { keyType: 'rsa', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { keyType: 'rsa', hash: 'sha512' },
  '1.3.101.112': { keyType: 'ed25519', hash: 'sha512' },
};
const PSS = '1.2.840.113549.1.1.10';

/** Did this key sign the certificate? Says nothing about whether it may, or whether it is strong enough. */
export function isSignedBy({ tbs, signature, algorithm }: Certificate, key: KeyObject): boolean {
  if (algorithm.oid === PSS) {
    const pss = readPssParameters(algorithm.parameters);
    const isRsa = key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'rsa-pss';
    return isRsa && pss !== null && verifyPss(key, pss.hash, pss.saltBytes, tbs, signature);
  }
  const scheme = schemeOf(algorithm);
  if (scheme === null || key.asymmetricKeyType !== scheme.keyType) return false;
  switch (scheme.keyType) {
    case 'ec':
      return isStrictEcdsa(signature) && verify(scheme.hash, tbs, key, signature);
    case 'rsa':
      return verify(scheme.hash, tbs, key, signature);
    case 'ed25519': {
      const raw = rawEd25519(key);
      return raw !== null && verifyEd25519(signature, tbs, raw);
    }
  }
}

/** Is the hash that a certificate was signed over too weak to rely on? */
export function hasWeakHash({ algorithm }: Certificate): boolean {
  return schemeOf(algorithm)?.hash === 'sha1';
}

function schemeOf({ oid }: AlgorithmId): Scheme | null {
  return Object.hasOwn(schemes, oid) ? (schemes[oid] ?? null) : null;
}
