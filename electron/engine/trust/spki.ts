import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { isUsablePublicKey } from './ed25519.ts';

/** Reads one PEM public key (RFC 7468, section 13), with nothing before or after it; null when it is none. */
export function parseSpkiPem(text: string): KeyObject | null {
  const trimmed = text.trim();
  if (!/^-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----$/.test(trimmed)) return null;
  try {
    return createPublicKey({ key: trimmed, format: 'pem', type: 'spki' });
  } catch {
    return null;
  }
}

/** `spki:` and the SHA-256 of the DER public key: the same for a bare key and for the one in a certificate. */
export function spkiFingerprint(key: KeyObject): string {
  return `spki:${createHash('sha256').update(spkiDer(key)).digest('hex')}`;
}

/** The key as DER SubjectPublicKeyInfo. */
export function spkiDer(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ format: 'der', type: 'spki' }));
}

/** What kind of key it is, in words: `ecdsa P-256`, `rsa 3072`, `ed25519`. */
export function keyTypeOf(key: KeyObject): string {
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  const curves: Record<string, string> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };
  switch (key.asymmetricKeyType) {
    case 'ec':
      return `ecdsa ${curves[namedCurve ?? ''] ?? namedCurve ?? 'on an unnamed curve'}`;
    case 'rsa':
    case 'rsa-pss':
      return `${key.asymmetricKeyType} ${modulusLength ?? 0}`;
    default:
      return key.asymmetricKeyType ?? 'unknown';
  }
}

/** The raw 32 bytes of an Ed25519 key; null for another type, or a key that no honest program makes. */
export function rawEd25519(key: KeyObject): Uint8Array | null {
  if (key.asymmetricKeyType !== 'ed25519') return null;
  const raw = spkiDer(key).slice(-32);
  return isUsablePublicKey(raw) ? raw : null;
}
