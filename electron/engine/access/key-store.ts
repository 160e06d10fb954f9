import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { PersonKey } from '#shared/contract/trust.ts';
import { AppError, asAppError, errnoOf } from '#engine/core/app-error.ts';
import { type Clock, systemClock, timestamp } from '#engine/core/clock.ts';
import type { Signer } from '#engine/core/signer.ts';
import { writeFileDurably } from '#engine/store/durable.ts';
import { newSeed } from '#engine/trust/ed25519.ts';
import { parseOpensshLine } from '#engine/trust/openssh-key.ts';
import { seedSigner } from '#engine/trust/seed-signer.ts';
import { MAX_KEY_FILE_BYTES, openSealedKey, parseSealedKey, type SealedKey, sealKey } from './sealed-key.ts';

const SUFFIX = '.key.json';

/** People's keys, one sealed file each, mode 0600. The secret part is in memory only between unlock and lock. */
export class KeyStore {
  readonly #folder: string;
  readonly #clock: Clock;

  /** `folder` exists. */
  constructor(folder: string, clock: Clock = systemClock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /** Makes a new Ed25519 key. Throws ALREADY-EXISTS; a key is never overwritten. */
  async create(name: string, passphrase: string): Promise<PersonKey> {
    const file = this.#fileOf(name);
    if ((await readKeyFile(file)) !== null) {
      throw new AppError('ALREADY-EXISTS', `There is a key called ${name} already.`, {
        path: file,
        state: 'It stays as it is.',
        next: 'Choose another name.',
      });
    }
    const seed = newSeed();
    const sealed = await sealKey({ name, createdAt: timestamp(this.#clock), seed }, passphrase);
    seed.fill(0);
    const text = `${JSON.stringify(sealed, null, 2)}\n`;
    await writeFileDurably(file, new TextEncoder().encode(text), { mode: 0o600 });
    return toPersonKey(sealed);
  }

  /** Every readable key, by name. A damaged file is left out here and named by `unlock`. */
  async list(): Promise<PersonKey[]> {
    const names = (await readdir(this.#folder)).filter((entry) => entry.endsWith(SUFFIX)).sort();
    const keys: PersonKey[] = [];
    for (const entry of names) {
      try {
        keys.push(toPersonKey(await this.#load(entry.slice(0, -SUFFIX.length))));
      } catch (error) {
        if (asAppError(error).code !== 'KEY-UNREADABLE') throw error;
      }
    }
    return keys;
  }

  /** Throws NOT-FOUND, PASSPHRASE-WRONG, KEY-UNREADABLE. */
  async unlock(name: string, passphrase: string): Promise<Signer> {
    const seed = await openSealedKey(await this.#load(name), passphrase);
    const signer = seedSigner(name, seed);
    seed.fill(0);
    return signer;
  }

  async #load(name: string): Promise<SealedKey> {
    const file = this.#fileOf(name);
    const bytes = await readKeyFile(file);
    if (bytes === null) throw new AppError('NOT-FOUND', `There is no key called ${name}.`);
    const sealed = parseSealedKey(bytes);
    if (sealed.name === name) return sealed;
    throw new AppError('KEY-UNREADABLE', `The key file of ${name} holds the key of ${sealed.name}.`, {
      path: file,
    });
  }

  #fileOf(name: string): string {
    return path.join(this.#folder, `${name}${SUFFIX}`);
  }
}

/** Null when there is no such file. */
async function readKeyFile(file: string): Promise<Uint8Array | null> {
  try {
    const handle = await open(file, 'r');
    try {
      const buffer = new Uint8Array(MAX_KEY_FILE_BYTES + 1);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw asAppError(error, file);
  }
}

function toPersonKey(sealed: SealedKey): PersonKey {
  const key = parseOpensshLine(sealed.publicKey);
  if (key === null) throw new AppError('KEY-UNREADABLE', `The public key of ${sealed.name} is malformed.`);
  return {
    name: sealed.name,
    fingerprint: key.fingerprint,
    publicKeyLine: sealed.publicKey,
    createdAt: sealed.createdAt,
  };
}
