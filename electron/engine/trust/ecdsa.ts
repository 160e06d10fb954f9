import { createPublicKey, verify as nativeVerify, type KeyObject } from 'node:crypto';

/** The curves of FIPS 186-5 that files are signed over. */
export type EcdsaCurve = 'P-256' | 'P-384' | 'P-521';

interface CurveFacts {
  /** Bytes of a coordinate, and of r and s. */
  readonly fieldBytes: number;
  /** The group's order (SEC 2, sections 2.4.2, 2.5.1, 2.6.1). */
  readonly order: bigint;
  /** The hash that goes with the curve (RFC 5656, section 6.2.1). */
  readonly hash: 'sha256' | 'sha384' | 'sha512';
}

const curves: Readonly<Record<EcdsaCurve, CurveFacts>> = {
  'P-256': {
    fieldBytes: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    hash: 'sha256',
  },
  'P-384': {
    fieldBytes: 48,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    hash: 'sha384',
  },
  'P-521': {
    fieldBytes: 66,
    order:
      0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    hash: 'sha512',
  },
};

/** What is known of a curve. */
export function factsOfCurve(curve: EcdsaCurve): CurveFacts {
  return curves[curve];
}

/** A point on the curve, uncompressed (SEC 1, section 2.3.3), as a key; null for anything else, also the point at infinity. */
export function ecdsaKey(curve: EcdsaCurve, point: Uint8Array): KeyObject | null {
  const { fieldBytes } = curves[curve];
  if (point.length !== 1 + 2 * fieldBytes || point[0] !== 4) return null;
  const x = Buffer.from(point.subarray(1, 1 + fieldBytes)).toString('base64url');
  const y = Buffer.from(point.subarray(1 + fieldBytes)).toString('base64url');
  try {
    return createPublicKey({ key: { kty: 'EC', crv: curve, x, y }, format: 'jwk' });
  } catch {
    return null;
  }
}

/** Does r, s (big-endian, without spare zeros) sign the message? Both have to be in 1 … order - 1. */
export function verifyEcdsa(
  key: KeyObject,
  curve: EcdsaCurve,
  { r, s }: { readonly r: Uint8Array; readonly s: Uint8Array },
  message: Uint8Array,
): boolean {
  const { fieldBytes, order, hash } = curves[curve];
  if (![r, s].every((value) => isInRange(value, fieldBytes, order))) return false;
  const fixed = new Uint8Array(2 * fieldBytes);
  fixed.set(r, fieldBytes - r.length);
  fixed.set(s, 2 * fieldBytes - s.length);
  return nativeVerify(hash, message, { key, dsaEncoding: 'ieee-p1363' }, fixed);
}

function isInRange(value: Uint8Array, fieldBytes: number, order: bigint): boolean {
  if (value.length === 0 || value.length > fieldBytes) return false;
  const number = BigInt(`0x${Buffer.from(value).toString('hex')}`);
  return number > 0n && number < order;
}
