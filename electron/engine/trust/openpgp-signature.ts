import type { HashAlgorithm } from '#shared/contract/system.ts';

/** What a signature of OpenPGP is over: bytes as they are, or text whose line ends count as CR LF. */
const BINARY = 0;
const TEXT = 1;

/** Hash algorithms of RFC 9580, section 9.5, that still prove something, with the length of a v6 salt. */
const hashes: Readonly<Record<number, { readonly algorithm: HashAlgorithm; readonly saltBytes: number }>> = {
  8: { algorithm: 'sha256', saltBytes: 16 },
  9: { algorithm: 'sha384', saltBytes: 24 },
  10: { algorithm: 'sha512', saltBytes: 32 },
};
const weakHashes: Readonly<Record<number, string>> = { 1: 'MD5', 2: 'SHA-1', 3: 'RIPEMD-160', 11: 'SHA-224' };

/** Public-key algorithms of RFC 9580, section 9.1, whose signatures are checked, with the count of their integers. */
const keyAlgorithms: Readonly<Record<number, { readonly name: string; readonly mpis: number }>> = {
  1: { name: 'rsa', mpis: 1 },
  3: { name: 'rsa', mpis: 1 },
  19: { name: 'ecdsa', mpis: 2 },
  22: { name: 'ed25519', mpis: 2 },
  27: { name: 'ed25519', mpis: 0 },
};

/** A signature packet as far as it has to be known before anything is hashed. */
export interface OpenpgpSignature {
  /** The whole packet, with its header. */
  readonly packet: Uint8Array;
  readonly version: 4 | 6;
  readonly kind: 'binary' | 'text';
  readonly hash: HashAlgorithm;
  readonly keyAlgorithm: string;
  /** What is hashed before the data and after it (RFC 9580, section 5.2.4). */
  readonly prefix: Uint8Array;
  readonly suffix: Uint8Array;
}

/** A signature that proves nothing, because its hash can be forged. */
export interface WeakSignature {
  readonly weakHash: string;
}

/**
 * Reads the body of one signature packet. A string is why it cannot be read or is of no kind that signs files. Stricter
 * than RFC 9580 asks for: integers have one spelling, and nothing may follow them.
 */
export function readOpenpgpSignature(
  packet: Uint8Array,
  body: Uint8Array,
): OpenpgpSignature | WeakSignature | string {
  const [version = 0, type = -1, keyAlgorithm = 0, hashId = 0] = body;
  if (version !== 4 && version !== 6) return `It is of version ${version}; only 4 and 6 are accepted.`;
  if (type !== BINARY && type !== TEXT) return `It is of type ${type}, which does not sign files.`;
  const known = keyAlgorithms[keyAlgorithm];
  if (known === undefined) return `Its public-key algorithm (${keyAlgorithm}) is not accepted.`;
  const weakHash = weakHashes[hashId];
  if (weakHash !== undefined) return { weakHash };
  const hash = hashes[hashId];
  if (hash === undefined) return `Its hash algorithm (${hashId}) is not accepted.`;
  const areas = readAreas(version, body);
  if (areas === null) return 'It is cut short.';
  const { hashedEnd, rest } = areas;
  // Two bytes of the digest come first, and in version 6 the salt.
  const saltBytes = version === 6 ? rest[2] : undefined;
  if (version === 6 && saltBytes !== hash.saltBytes)
    return 'Its salt has another length than its hash asks for.';
  const materialAt = version === 6 ? 3 + hash.saltBytes : 2;
  if (rest.length < materialAt) return 'It is cut short.';
  if (!isMaterial(rest.subarray(materialAt), known.mpis)) return 'Its numbers are malformed.';
  const hashed = body.slice(0, hashedEnd);
  return {
    packet,
    version,
    kind: type === BINARY ? 'binary' : 'text',
    hash: hash.algorithm,
    keyAlgorithm: known.name,
    prefix: version === 6 ? rest.slice(3, materialAt) : new Uint8Array(0),
    suffix: withTrailer(version, hashed),
  };
}

/** Where the hashed part ends, and what follows the subpackets that are not hashed. */
function readAreas(version: 4 | 6, body: Uint8Array): { hashedEnd: number; rest: Uint8Array } | null {
  const lengthBytes = version === 6 ? 4 : 2;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const lengthAt = (at: number): number | null => {
    if (at + lengthBytes > body.length) return null;
    return version === 6 ? view.getUint32(at) : view.getUint16(at);
  };
  const hashedBytes = lengthAt(4);
  if (hashedBytes === null) return null;
  const hashedEnd = 4 + lengthBytes + hashedBytes;
  const otherBytes = lengthAt(hashedEnd);
  if (otherBytes === null) return null;
  const end = hashedEnd + lengthBytes + otherBytes;
  return end > body.length ? null : { hashedEnd, rest: body.slice(end) };
}

/** Integers as RFC 9580, section 3.2, writes them: the exact count of bits, no spare zeros, nothing after the last. */
function isMaterial(bytes: Uint8Array, mpis: number): boolean {
  if (mpis === 0) return bytes.length === 64;
  let at = 0;
  for (let n = 0; n < mpis; n++) {
    const bits = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const first = bytes[at + 2] ?? 0;
    if (bits === 0 || 32 - Math.clz32(first) !== ((bits - 1) % 8) + 1) return false;
    at += 2 + Math.ceil(bits / 8);
  }
  return at === bytes.length;
}

function withTrailer(version: 4 | 6, hashed: Uint8Array): Uint8Array {
  const out = new Uint8Array(hashed.length + 6);
  out.set(hashed);
  out[hashed.length] = version;
  out[hashed.length + 1] = 0xff;
  new DataView(out.buffer).setUint32(hashed.length + 2, hashed.length);
  return out;
}

/** Text as it is signed: lines end in CR LF (RFC 9580, section 5.2.1.2). */
export function canonicalText(text: Uint8Array): Uint8Array {
  const lines = Buffer.from(text).toString('latin1').replace(/\r?\n/g, '\r\n');
  return new Uint8Array(Buffer.from(lines, 'latin1'));
}
