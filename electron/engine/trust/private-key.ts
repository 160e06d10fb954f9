import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { AppError } from '#engine/core/app-error.ts';
import { decryptSecret } from './openssh-cipher.ts';
import { parseOpensshBlob } from './openssh-key.ts';
import { SshReader } from './ssh-wire.ts';

const OPENSSH =
  /^-----BEGIN OPENSSH PRIVATE KEY-----\r?\n([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----\s*$/;
const MAGIC = 'openssh-key-v1\0';
export const MAX_PRIVATE_KEY_BYTES = 64 * 1024;

/** A secret key read from a file, to sign with. */
export interface PrivateKey {
  readonly key: KeyObject;
  /** As the file has it; empty in PEM. */
  readonly comment: string;
}

/**
 * Reads a private key, with a passphrase or without: OpenSSH's own format, or PEM (PKCS #8, SEC 1, PKCS #1). Throws
 * KEY-UNREADABLE and PASSPHRASE-WRONG.
 */
export async function parsePrivateKey(content: Uint8Array, passphrase?: string): Promise<PrivateKey> {
  if (content.length > MAX_PRIVATE_KEY_BYTES) throw unreadable('It is too large for a key.');
  const text = Buffer.from(content).toString('latin1');
  const openssh = OPENSSH.exec(text)?.[1];
  if (openssh !== undefined)
    return await parseOpenssh(new Uint8Array(Buffer.from(openssh, 'base64')), passphrase);
  if (!/-----BEGIN (?:EC |RSA |ENCRYPTED )?PRIVATE KEY-----/.test(text))
    throw unreadable('It is no private key, in PEM or as OpenSSH writes it.');
  const isEncrypted = /-----BEGIN ENCRYPTED |Proc-Type: 4,ENCRYPTED/.test(text);
  if (isEncrypted && passphrase === undefined) throw locked();
  try {
    return { key: createPrivateKey({ key: text, format: 'pem', passphrase: passphrase ?? '' }), comment: '' };
  } catch (error) {
    if (!isEncrypted) throw unreadable('Its PEM cannot be read.', error);
    throw new AppError('PASSPHRASE-WRONG', 'The passphrase does not open the key.', {}, error);
  }
}

/** openssh-portable, PROTOCOL.key: one key, and a check number twice to see that it was decrypted well. */
async function parseOpenssh(blob: Uint8Array, passphrase: string | undefined): Promise<PrivateKey> {
  const reader = new SshReader(blob);
  const magic = reader.take(MAGIC.length);
  const cipher = reader.name();
  const kdf = reader.name();
  const kdfOptions = reader.string();
  const count = reader.uint32();
  const publicBlob = reader.string();
  const secret = reader.string();
  const tag = blob.subarray(reader.position);
  if (magic === null || Buffer.from(magic).toString('latin1') !== MAGIC || kdfOptions === null)
    throw unreadable('It is damaged.');
  if (count !== 1 || publicBlob === null || secret === null || cipher === null || kdf === null)
    throw unreadable('It is damaged.');
  const isPlain = cipher === 'none' && kdf === 'none';
  if (isPlain) {
    if (tag.length > 0) throw unreadable('It is damaged.');
    return readKey(secret, publicBlob, unreadable('It is damaged.'));
  }
  if (passphrase === undefined) throw locked();
  const opened = await decryptSecret({ cipher, kdf, kdfOptions, secret, tag }, passphrase);
  const wrong = new AppError('PASSPHRASE-WRONG', 'The passphrase does not open the key.');
  return readKey(opened, publicBlob, wrong);
}

/** `mismatch` is thrown when the check number stands there once only: it was not decrypted well. */
function readKey(secret: Uint8Array, publicBlob: Uint8Array, mismatch: AppError): PrivateKey {
  const inner = new SshReader(secret);
  const check = inner.uint32();
  if (check === null || check !== inner.uint32()) throw mismatch;
  const jwk = readSecret(inner);
  const comment = inner.text();
  const padding = secret.subarray(inner.position);
  if (jwk === null || comment === null || padding.some((byte, n) => byte !== n + 1))
    throw unreadable('It is damaged, or of a type that signs nothing here.');
  try {
    const key = createPrivateKey({ key: jwk, format: 'jwk' });
    return { key: requireSameKey(key, publicBlob), comment };
  } catch (error) {
    throw error instanceof AppError ? error : unreadable('Its numbers do not fit together.', error);
  }
}

function requireSameKey(key: KeyObject, publicBlob: Uint8Array): KeyObject {
  const material = parseOpensshBlob(publicBlob)?.material;
  const own = createPublicKey(key).export({ format: 'jwk' });
  const stated =
    material?.kind === 'ed25519'
      ? Buffer.from(material.publicKey).toString('base64url')
      : material?.key.export({ format: 'jwk' })[material.kind === 'rsa' ? 'n' : 'x'];
  if (stated === undefined || stated !== (own.n ?? own.x)) throw unreadable('Its two halves do not fit.');
  return key;
}

const nistCurves: Readonly<Record<string, string>> = {
  nistp256: 'P-256',
  nistp384: 'P-384',
  nistp521: 'P-521',
};
const fieldBytes: Readonly<Record<string, number>> = { nistp256: 32, nistp384: 48, nistp521: 66 };

/** The secret fields of a key (PROTOCOL.agent, section 4.2) as a JSON Web Key; null when they are malformed. */
function readSecret(reader: SshReader): JsonWebKey | null {
  const type = reader.name();
  if (type === 'ssh-ed25519') {
    const publicKey = reader.string();
    const pair = reader.string();
    if (publicKey?.length !== 32 || pair?.length !== 64) return null;
    return { kty: 'OKP', crv: 'Ed25519', x: url(publicKey), d: url(pair.subarray(0, 32)) };
  }
  if (type === 'ssh-rsa') return readRsaSecret(reader);
  if (type?.startsWith('ecdsa-sha2-') !== true) return null;
  const curve = reader.name() ?? '';
  const point = reader.string();
  const secret = reader.mpint();
  const size = fieldBytes[curve] ?? 0;
  const crv = nistCurves[curve];
  if (crv === undefined || point?.length !== 1 + 2 * size || secret === null || secret.length > size)
    return null;
  const d = new Uint8Array(size);
  d.set(secret, size - secret.length);
  return { kty: 'EC', crv, x: url(point.subarray(1, 1 + size)), y: url(point.subarray(1 + size)), d: url(d) };
}

function readRsaSecret(reader: SshReader): JsonWebKey | null {
  const [n, e, d, qi, p, q] = Array.from({ length: 6 }, () => reader.mpint());
  if (n == null || e == null || d == null || qi == null || p == null || q == null) return null;
  const reduce = (prime: Uint8Array) => numberOf(d) % (numberOf(prime) - 1n);
  const bytesOf = (value: bigint) => {
    const hex = value.toString(16);
    return new Uint8Array(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'));
  };
  return {
    kty: 'RSA',
    n: url(n),
    e: url(e),
    d: url(d),
    p: url(p),
    q: url(q),
    dp: url(bytesOf(reduce(p))),
    dq: url(bytesOf(reduce(q))),
    qi: url(qi),
  };
}

function numberOf(bigEndian: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bigEndian).toString('hex')}`);
}

function url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

function locked(): AppError {
  return new AppError('PASSPHRASE-WRONG', 'The key is encrypted, and no passphrase was given.', {
    next: 'Give it with --key-passphrase-file or --key-passphrase-fd, or type it (--encrypted).',
  });
}

function unreadable(why: string, cause?: unknown): AppError {
  return new AppError('KEY-UNREADABLE', `The private key cannot be used. ${why}`, {}, cause);
}
