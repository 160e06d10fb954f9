import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { argon2id } from 'hash-wasm';
import { z } from 'zod';
import { PersonName, Timestamp } from '#shared/contract/basics.ts';
import { AppError } from '#engine/core/app-error.ts';
import { decodeBase64, encodeBase64 } from '#engine/core/base64.ts';
import { canonicalBytes } from '#engine/core/canonical-json.ts';
import { parseStrictJson } from '#engine/core/strict-json.ts';
import { publicKeyOf } from '#engine/trust/ed25519.ts';
import { opensshLine } from '#engine/trust/openssh-key.ts';

export const MAX_KEY_FILE_BYTES = 16_384;
const KEY_BYTES = 32;
const TAG_BYTES = 16;

/** Parameters of new keys. The least that is accepted when reading is the same, so that a file cannot weaken itself. */
export const KDF_MEMORY_KIB = 64 * 1024;
export const KDF_PASSES = 3;

const Kdf = z.strictObject({
  algorithm: z.literal('argon2id'),
  memoryKiB: z
    .number()
    .int()
    .min(KDF_MEMORY_KIB)
    .max(1024 * 1024),
  passes: z.number().int().min(KDF_PASSES).max(16),
  lanes: z.number().int().min(1).max(16),
  salt: z.string().max(64),
});

const Header = z.strictObject({
  format: z.literal('sallyport-key'),
  version: z.literal(1),
  name: PersonName,
  createdAt: Timestamp,
  /** OpenSSH line; not secret, so that keys can be listed while they are locked. */
  publicKey: z.string().max(512),
  kdf: Kdf,
  cipher: z.strictObject({ algorithm: z.literal('aes-256-gcm'), nonce: z.string().max(64) }),
});
type Header = z.infer<typeof Header>;

const SealedKey = z.strictObject({
  ...Header.shape,
  /** The encrypted seed and its tag, base64. */
  sealed: z.string().max(256),
  /**
   * SHA-256 of the canonical JSON of all the rest, so that damage can be told from a wrong passphrase. It protects from
   * nothing else: what cannot be forged is the cipher's tag, which covers the header too.
   */
  checksum: z.string().regex(/^[0-9a-f]{64}$/),
});
export type SealedKey = z.infer<typeof SealedKey>;

/** Seals a seed under a passphrase: Argon2id (RFC 9106) makes the key, AES-256-GCM encrypts and authenticates. */
export async function sealKey(
  key: { name: string; createdAt: Timestamp; seed: Uint8Array },
  passphrase: string,
): Promise<SealedKey> {
  const header: Header = {
    format: 'sallyport-key',
    version: 1,
    name: key.name,
    createdAt: key.createdAt,
    publicKey: opensshLine(publicKeyOf(key.seed), key.name),
    kdf: {
      algorithm: 'argon2id',
      memoryKiB: KDF_MEMORY_KIB,
      passes: KDF_PASSES,
      lanes: 1,
      salt: encodeBase64(randomBytes(16)),
    },
    cipher: { algorithm: 'aes-256-gcm', nonce: encodeBase64(randomBytes(12)) },
  };
  const { secret, nonce } = await cipherInputs(header, passphrase);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(canonicalBytes(header));
  const sealed = Buffer.concat([cipher.update(key.seed), cipher.final(), cipher.getAuthTag()]);
  const body = { ...header, sealed: encodeBase64(sealed) };
  return { ...body, checksum: checksumOf(body) };
}

/** Reads a key file. Throws KEY-UNREADABLE for anything that is not as it was written. */
export function parseSealedKey(bytes: Uint8Array): SealedKey {
  let parsed;
  try {
    parsed = SealedKey.safeParse(parseStrictJson(bytes, { maxBytes: MAX_KEY_FILE_BYTES, maxDepth: 4 }));
  } catch (error) {
    throw unreadable('it is not a key file', error);
  }
  if (!parsed.success) throw unreadable('a field is missing or not as it must be', parsed.error);
  const { checksum, ...body } = parsed.data;
  if (checksum !== checksumOf(body)) throw unreadable('its checksum does not fit');
  return parsed.data;
}

/** Opens a sealed key and answers its seed. Throws PASSPHRASE-WRONG, KEY-UNREADABLE. */
export async function openSealedKey(key: SealedKey, passphrase: string): Promise<Uint8Array> {
  const { sealed, checksum: _, ...header } = key;
  const box = decodeBase64(sealed);
  if (box?.length !== KEY_BYTES + TAG_BYTES) throw unreadable('its secret part has another length');
  const { secret, nonce } = await cipherInputs(header, passphrase);
  const cipher = createDecipheriv('aes-256-gcm', secret, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(canonicalBytes(header));
  cipher.setAuthTag(box.subarray(KEY_BYTES));
  let seed: Uint8Array;
  try {
    seed = new Uint8Array(Buffer.concat([cipher.update(box.subarray(0, KEY_BYTES)), cipher.final()]));
  } catch (error) {
    const next =
      'Type it again; capital letters count. A forgotten passphrase cannot be recovered: make a new key.';
    throw new AppError(
      'PASSPHRASE-WRONG',
      `The passphrase does not open the key ${key.name}.`,
      { next },
      error,
    );
  }
  if (opensshLine(publicKeyOf(seed), key.name) !== key.publicKey)
    throw unreadable('its two halves do not fit');
  return seed;
}

async function cipherInputs(
  header: Header,
  passphrase: string,
): Promise<{ secret: Uint8Array; nonce: Uint8Array }> {
  const salt = decodeBase64(header.kdf.salt);
  const nonce = decodeBase64(header.cipher.nonce);
  if (salt === null || salt.length < 16 || nonce?.length !== 12)
    throw unreadable('its salt or nonce is malformed');
  const secret = await argon2id({
    // One passphrase has one form, whichever keyboard composed its accents.
    password: passphrase.normalize('NFC'),
    salt,
    memorySize: header.kdf.memoryKiB,
    iterations: header.kdf.passes,
    parallelism: header.kdf.lanes,
    hashLength: KEY_BYTES,
    outputType: 'binary',
  });
  return { secret, nonce };
}

function checksumOf(body: Omit<SealedKey, 'checksum'>): string {
  return createHash('sha256').update(canonicalBytes(body)).digest('hex');
}

function unreadable(why: string, cause?: unknown): AppError {
  return new AppError(
    'KEY-UNREADABLE',
    `The key file cannot be used: ${why}.`,
    { next: 'Restore it from a backup, or make a new key and have it accepted as an anchor.' },
    cause,
  );
}
