import { createDecipheriv } from 'node:crypto';
import { AppError } from '#engine/core/app-error.ts';
import { bcryptPbkdf } from './bcrypt-pbkdf.ts';
import { SshReader } from './ssh-wire.ts';

/** What `ssh-keygen -Z` offers, by the name that OpenSSH gives it. */
const ciphers = {
  'aes128-ctr': { name: 'aes-128-ctr', keyBytes: 16, ivBytes: 16, tagBytes: 0 },
  'aes192-ctr': { name: 'aes-192-ctr', keyBytes: 24, ivBytes: 16, tagBytes: 0 },
  'aes256-ctr': { name: 'aes-256-ctr', keyBytes: 32, ivBytes: 16, tagBytes: 0 },
  'aes128-cbc': { name: 'aes-128-cbc', keyBytes: 16, ivBytes: 16, tagBytes: 0 },
  'aes256-cbc': { name: 'aes-256-cbc', keyBytes: 32, ivBytes: 16, tagBytes: 0 },
  'aes128-gcm@openssh.com': { name: 'aes-128-gcm', keyBytes: 16, ivBytes: 12, tagBytes: 16 },
  'aes256-gcm@openssh.com': { name: 'aes-256-gcm', keyBytes: 32, ivBytes: 12, tagBytes: 16 },
} as const;

/** `ssh-keygen -a` asks for 24 unless told; a file that asks for hours is not waited for. */
const MAX_ROUNDS = 4096;

/** The encrypted part of an OpenSSH private key (openssh-portable, PROTOCOL.key). */
export interface EncryptedSecret {
  readonly cipher: string;
  readonly kdf: string;
  readonly kdfOptions: Uint8Array;
  readonly secret: Uint8Array;
  /** What follows the secret: the tag of the ciphers that have one. */
  readonly tag: Uint8Array;
}

/** Opens it; whether the passphrase was right shows in what comes out, but for GCM. Throws KEY-UNREADABLE, PASSPHRASE-WRONG. */
export async function decryptSecret(
  { cipher, kdf, kdfOptions, secret, tag }: EncryptedSecret,
  passphrase: string,
): Promise<Uint8Array> {
  const known = Object.hasOwn(ciphers, cipher) ? ciphers[cipher as keyof typeof ciphers] : null;
  const options = new SshReader(kdfOptions);
  const salt = options.string();
  const rounds = options.uint32();
  if (known === null || kdf !== 'bcrypt') {
    throw unreadable(`It is encrypted with ${cipher} and ${kdf}.`, Object.keys(ciphers).join(', '));
  }
  const isWhole = salt !== null && rounds !== null && options.atEnd && tag.length === known.tagBytes;
  if (!isWhole || rounds < 1) throw unreadable('It is damaged.');
  if (rounds > MAX_ROUNDS) {
    throw unreadable(`It asks for ${rounds} rounds of bcrypt.`, `at most ${MAX_ROUNDS}`);
  }
  const { name, keyBytes, ivBytes } = known;
  const derived = await bcryptPbkdf(Buffer.from(passphrase), salt, rounds, keyBytes + ivBytes);
  return decipher(name, derived.subarray(0, keyBytes), derived.subarray(keyBytes), secret, tag);
}

type CipherName = (typeof ciphers)[keyof typeof ciphers]['name'];

function decipher(
  name: CipherName,
  key: Uint8Array,
  iv: Uint8Array,
  secret: Uint8Array,
  tag: Uint8Array,
): Uint8Array {
  try {
    if (name === 'aes-128-gcm' || name === 'aes-256-gcm') {
      const opened = createDecipheriv(name, key, iv);
      opened.setAuthTag(tag);
      return new Uint8Array(Buffer.concat([opened.update(secret), opened.final()]));
    }
    const opened = createDecipheriv(name, key, iv).setAutoPadding(false);
    return new Uint8Array(Buffer.concat([opened.update(secret), opened.final()]));
  } catch (error) {
    throw new AppError('PASSPHRASE-WRONG', 'The passphrase does not open the key.', {}, error);
  }
}

function unreadable(why: string, expected?: string): AppError {
  return new AppError('KEY-UNREADABLE', `The private key cannot be opened. ${why}`, {
    ...(expected === undefined ? {} : { expected }),
    next: 'Add it to ssh-agent (ssh-add) and sign with --agent; the passphrase is typed there.',
  });
}
