import { createHash, verify as nativeVerify } from 'node:crypto';
import { verifyEcdsa } from './ecdsa.ts';
import { verifyEd25519 } from './ed25519.ts';
import type { SshKeyMaterial } from './ssh-key-material.ts';
import { concatBytes, SshReader, sshUint32 } from './ssh-wire.ts';

/** U2F: somebody touched the key; and proved to it who they are (FIDO2 CTAP, authenticator data flags). */
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;

/** A signature blob as keys of OpenSSH make it: its type, and what the type says. */
export interface SshSignature {
  readonly type: string;
  readonly signature: Uint8Array;
  /** What a security key adds: what it asked of its holder, and how often it signed. */
  readonly securityKey: { readonly flags: number; readonly counter: number } | null;
}

/** Did the holder of the security key prove who they are (PIN, fingerprint), not only touch it? */
export function isUserVerified({ securityKey }: SshSignature): boolean {
  return securityKey !== null && (securityKey.flags & USER_VERIFIED) !== 0;
}

/** Reads a signature blob (RFC 4253, section 6.6; PROTOCOL.u2f, "SSH U2F signatures"); null when it is malformed. */
export function readSshSignature(blob: Uint8Array): SshSignature | null {
  const reader = new SshReader(blob);
  const type = reader.name();
  const signature = reader.string();
  if (type === null || signature === null) return null;
  if (!type.startsWith('sk-')) return reader.atEnd ? { type, signature, securityKey: null } : null;
  const flags = reader.byte();
  const counter = reader.uint32();
  if (flags === null || counter === null || !reader.atEnd) return null;
  return { type, signature, securityKey: { flags, counter } };
}

/** Why a signature does not hold: null when it does. */
export interface SshSignatureProblem {
  readonly detail: string;
  readonly expected: string;
  readonly found: string;
}

/**
 * Checks a signature over a message with a key of this type. The signature's type has to fit the key, so SHA-1 with RSA
 * (`ssh-rsa`) does not hold, and a security key has to have been touched. Stricter than ssh-keygen, which takes RSA
 * signatures shorter than the key and security keys that nobody touched.
 */
export function findSshSignatureProblem(
  keyType: string,
  material: SshKeyMaterial,
  signature: SshSignature,
  message: Uint8Array,
): SshSignatureProblem | null {
  const fitting = material.kind === 'rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [keyType];
  if (!fitting.includes(signature.type)) {
    return {
      detail:
        signature.type === 'ssh-rsa'
          ? 'The signature is made with SHA-1, which no longer proves anything.'
          : 'The signature is of another type than the key it names.',
      expected: fitting.join(' or '),
      found: signature.type,
    };
  }
  if (signature.securityKey !== null && (signature.securityKey.flags & USER_PRESENT) === 0) {
    return {
      detail: 'The security key signed without being touched, so a program alone may have done it.',
      expected: 'a touch of the security key',
      found: 'none',
    };
  }
  if (holds(material, signature, message)) return null;
  return {
    detail: 'The signature does not match the bytes: they, or it, were changed.',
    expected: 'a signature by this key over these bytes',
    found: 'a signature over something else',
  };
}

function holds(material: SshKeyMaterial, signature: SshSignature, message: Uint8Array): boolean {
  if (material.kind === 'rsa') {
    const hash = signature.type === 'rsa-sha2-256' ? 'sha256' : 'sha512';
    if (signature.signature.length !== Math.ceil(material.bits / 8)) return false;
    return nativeVerify(hash, message, material.key, signature.signature);
  }
  const signed = signedByKey(material.application, signature, message);
  if (signed === null) return false;
  if (material.kind === 'ed25519') return verifyEd25519(signature.signature, signed, material.publicKey);
  const reader = new SshReader(signature.signature);
  const r = reader.mpint();
  const s = reader.mpint();
  if (r === null || s === null || !reader.atEnd) return false;
  return verifyEcdsa(material.key, material.curve, { r, s }, signed);
}

/** What the key really signed: a security key never sees the message, only its hash beside that of the application. */
function signedByKey(
  application: string | null,
  { securityKey }: SshSignature,
  message: Uint8Array,
): Uint8Array | null {
  if (application === null) return securityKey === null ? message : null;
  if (securityKey === null) return null;
  return concatBytes(
    sha256(new TextEncoder().encode(application)),
    Uint8Array.of(securityKey.flags),
    sshUint32(securityKey.counter),
    sha256(message),
  );
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
