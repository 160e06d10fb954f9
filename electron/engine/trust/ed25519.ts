import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as nativeSign,
  verify as nativeVerify,
} from 'node:crypto';
import * as noble from '@noble/ed25519';

noble.hashes.sha512 = (message) => new Uint8Array(createHash('sha512').update(message).digest());

export const SEED_BYTES = 32;
export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
/** Up to here a message is checked on the spot: well under a millisecond of hashing. */
const SMALL_BYTES = 256 * 1024;

/** A fresh secret: the 32-byte seed of RFC 8032, section 5.1.5. */
export function newSeed(): Uint8Array {
  return noble.utils.randomSecretKey();
}

/** The public key of a seed, 32 bytes. */
export function publicKeyOf(seed: Uint8Array): Uint8Array {
  const der = createPublicKey(nativeSecret(seed)).export({ format: 'der', type: 'spki' });
  return new Uint8Array(der.subarray(-PUBLIC_KEY_BYTES));
}

/** Ed25519 signature (RFC 8032, section 5.1.6), 64 bytes. */
export function signEd25519(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return new Uint8Array(nativeSign(null, message, nativeSecret(seed)));
}

/**
 * Strict verification: canonical encodings, S below the group order, no point of small order, and the equation without the
 * cofactor. Two implementations have to agree, so that nothing holds here that `ssh-keygen` or `minisign` would refuse.
 * Lengths that do not fit are a signature that does not hold, not an error.
 */
export function verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (!isStrict(signature, publicKey)) return false;
  return (
    noble.verify(signature, message, publicKey, { zip215: false }) &&
    nativeVerify(null, message, nativeKey(publicKey), signature)
  );
}

/** The same for a message that may have many megabytes: those are hashed on another thread, by one implementation. */
export async function verifyEd25519OverMuch(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): Promise<boolean> {
  if (message.length <= SMALL_BYTES) return verifyEd25519(signature, message, publicKey);
  if (!isStrict(signature, publicKey)) return false;
  return new Promise((resolve, reject) => {
    nativeVerify(null, message, nativeKey(publicKey), signature, (error, holds) => {
      if (error === null) resolve(holds);
      else reject(error);
    });
  });
}

/** Is this the encoding of a point that can be somebody's key? */
export function isUsablePublicKey(publicKey: Uint8Array): boolean {
  return publicKey.length === PUBLIC_KEY_BYTES && isStrongPoint(publicKey);
}

function isStrict(signature: Uint8Array, publicKey: Uint8Array): boolean {
  return (
    signature.length === SIGNATURE_BYTES &&
    isUsablePublicKey(publicKey) &&
    isStrongPoint(signature.subarray(0, 32)) &&
    isBelowOrder(signature.subarray(32))
  );
}

function isStrongPoint(encoded: Uint8Array): boolean {
  try {
    return !noble.Point.fromBytes(encoded, false).isSmallOrder();
  } catch {
    return false;
  }
}

function isBelowOrder(littleEndian: Uint8Array): boolean {
  const hex = Buffer.from(littleEndian).reverse().toString('hex');
  return BigInt(`0x${hex}`) < noble.Point.CURVE().n;
}

/** A seed as PKCS #8 (RFC 8410, section 7): the fixed beginning, then the seed. */
function nativeSecret(seed: Uint8Array): KeyObject {
  const beginning = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({ key: Buffer.concat([beginning, seed]), format: 'der', type: 'pkcs8' });
}

function nativeKey(publicKey: Uint8Array) {
  const x = Buffer.from(publicKey).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}
