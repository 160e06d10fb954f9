import { readFile } from 'node:fs/promises';
import { AppError, asAppError, errnoOf } from '#engine/core/app-error.ts';
import { decodeBase64, encodeBase64 } from '#engine/core/base64.ts';
import type { Signer } from '#engine/core/signer.ts';
import { writeFileDurably } from '#engine/store/durable.ts';
import { newSeed, publicKeyOf, SEED_BYTES } from '#engine/trust/ed25519.ts';
import { seedSigner } from '#engine/trust/seed-signer.ts';

const HEADER = 'sallyport-log-key-v1';

/**
 * The key that signs the audit log's checkpoints, made on first use. It is not encrypted, since it signs while nobody is
 * there to type a passphrase; it lies outside the database, so that a row cannot be changed and signed anew by SQL alone.
 * Its name, and so the log's origin, follows from the key. Throws KEY-UNREADABLE.
 */
export async function loadLogKey(file: string): Promise<Signer> {
  const text = await readOrNull(file);
  const seed = text === null ? await createSeed(file) : parseSeed(text, file);
  const id = Buffer.from(publicKeyOf(seed).subarray(0, 4)).toString('hex');
  return seedSigner(`sallyport-log-${id}`, seed);
}

async function createSeed(file: string): Promise<Uint8Array> {
  const seed = newSeed();
  const text = `${HEADER} ${encodeBase64(seed)}\n`;
  await writeFileDurably(file, new TextEncoder().encode(text), { mode: 0o600 });
  return seed;
}

function parseSeed(text: string, file: string): Uint8Array {
  const [header, encoded, ...rest] = text.trimEnd().split(' ');
  const seed = decodeBase64(encoded ?? '');
  if (header === HEADER && seed?.length === SEED_BYTES && rest.length === 0) return seed;
  throw new AppError('KEY-UNREADABLE', 'The key of the audit log is damaged.', {
    path: file,
    state: 'Nothing was changed.',
    next: 'Restore it from a backup. With a new key, earlier checkpoints verify only with the old public key.',
  });
}

async function readOrNull(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'latin1');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw asAppError(error, file);
  }
}
