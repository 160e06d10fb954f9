import { createPublicKey, type KeyObject } from 'node:crypto';
import { type EcdsaCurve, ecdsaKey } from './ecdsa.ts';
import { isUsablePublicKey } from './ed25519.ts';
import type { SshReader } from './ssh-wire.ts';

const MIN_RSA_BITS = 2048;
const MAX_RSA_BITS = 16_384;

/** What a public key of OpenSSH is made of. `application` is what a security key binds its signatures to (`ssh:`). */
export type SshKeyMaterial =
  | { readonly kind: 'ed25519'; readonly publicKey: Uint8Array; readonly application: string | null }
  | {
      readonly kind: 'ecdsa';
      readonly curve: EcdsaCurve;
      readonly key: KeyObject;
      readonly application: string | null;
    }
  | { readonly kind: 'rsa'; readonly bits: number; readonly key: KeyObject };

const nistCurves: Readonly<Record<string, EcdsaCurve>> = {
  nistp256: 'P-256',
  nistp384: 'P-384',
  nistp521: 'P-521',
};

type Reading = (reader: SshReader) => SshKeyMaterial | null;

/** The key types whose signatures are checked, with how their fields are read (RFC 4253, 5656, 8709; PROTOCOL.u2f). */
const readings: Readonly<Record<string, Reading>> = {
  'ssh-ed25519': (reader) => readEd25519(reader, false),
  'sk-ssh-ed25519@openssh.com': (reader) => readEd25519(reader, true),
  'ecdsa-sha2-nistp256': (reader) => readEcdsa(reader, 'nistp256', false),
  'ecdsa-sha2-nistp384': (reader) => readEcdsa(reader, 'nistp384', false),
  'ecdsa-sha2-nistp521': (reader) => readEcdsa(reader, 'nistp521', false),
  'sk-ecdsa-sha2-nistp256@openssh.com': (reader) => readEcdsa(reader, 'nistp256', true),
  'ssh-rsa': readRsa,
};

/** As `ssh-keygen -Y sign` knows them, without certificates. */
export const signingKeyTypes: readonly string[] = Object.keys(readings);

/**
 * Reads the fields that follow a key's type. Null when they are malformed, when the key is too weak (RSA below 2048 bits,
 * a point of small order or off its curve), or when the type is not one that signs files.
 */
export function readKeyMaterial(keyType: string, reader: SshReader): SshKeyMaterial | null {
  return Object.hasOwn(readings, keyType) ? (readings[keyType]?.(reader) ?? null) : null;
}

function readEd25519(reader: SshReader, isSecurityKey: boolean): SshKeyMaterial | null {
  const publicKey = reader.string();
  const application = isSecurityKey ? reader.text() : null;
  if (publicKey === null || !isUsablePublicKey(publicKey)) return null;
  return isSecurityKey && application === null ? null : { kind: 'ed25519', publicKey, application };
}

function readEcdsa(reader: SshReader, nistName: string, isSecurityKey: boolean): SshKeyMaterial | null {
  const named = reader.name();
  const point = reader.string();
  const application = isSecurityKey ? reader.text() : null;
  const curve = nistCurves[nistName];
  if (named !== nistName || point === null || curve === undefined) return null;
  if (isSecurityKey && application === null) return null;
  const key = ecdsaKey(curve, point);
  return key === null ? null : { kind: 'ecdsa', curve, key, application };
}

function readRsa(reader: SshReader): SshKeyMaterial | null {
  const exponent = reader.mpint();
  const modulus = reader.mpint();
  if (exponent === null || modulus === null) return null;
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS || isEven(modulus)) return null;
  // Four bytes hold every exponent that programs choose (3, 35, 65537); BoringSSL takes no more than 33 bits.
  if (exponent.length > 4 || isEven(exponent) || (exponent.length === 1 && (exponent[0] ?? 0) < 3))
    return null;
  const n = Buffer.from(modulus).toString('base64url');
  const e = Buffer.from(exponent).toString('base64url');
  try {
    return {
      kind: 'rsa',
      bits,
      key: createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' }),
    };
  } catch {
    return null;
  }
}

function isEven(bigEndian: Uint8Array): boolean {
  return ((bigEndian.at(-1) ?? 0) & 1) === 0;
}
