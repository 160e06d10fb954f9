import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { encipher, expandKey, newBlowfish } from './blowfish.ts';

const HASH_BYTES = 32;
const MAGIC = 'OxychromaticBlowfishSwatDynamite';
const REPEATS = 64;

/**
 * The key derivation of OpenSSH's private keys (OpenBSD, lib/libutil/bcrypt_pbkdf.c): PBKDF2 with a hash made of bcrypt. Some
 * milliseconds a round, between which others get their turn.
 */
export async function bcryptPbkdf(
  passphrase: Uint8Array,
  salt: Uint8Array,
  rounds: number,
  lengthBytes: number,
): Promise<Uint8Array> {
  const pass = sha512(passphrase);
  const blocks = Math.ceil(lengthBytes / HASH_BYTES);
  const key = new Uint8Array(lengthBytes);
  for (let block = 0; block < blocks; block++) {
    let made = bcryptHash(pass, sha512(salt, bigEndian(block + 1)));
    const sum = made.slice();
    for (let round = 1; round < rounds; round++) {
      await setImmediate();
      made = bcryptHash(pass, sha512(made));
      for (const [n, byte] of made.entries()) sum[n] = (sum[n] ?? 0) ^ byte;
    }
    // The bytes of a block do not lie side by side: every one of the key depends on all of its block.
    for (const [n, byte] of sum.entries()) {
      const at = n * blocks + block;
      if (at < lengthBytes) key[at] = byte;
    }
  }
  return key;
}

function bcryptHash(passBytes: Uint8Array, saltBytes: Uint8Array): Uint8Array {
  const state = newBlowfish();
  const [pass, salt] = [wordsOf(passBytes), wordsOf(saltBytes)];
  expandKey(state, pass, salt);
  for (let n = 0; n < REPEATS; n++) {
    expandKey(state, salt);
    expandKey(state, pass);
  }
  const words = wordsOf(Buffer.from(MAGIC, 'latin1'));
  for (let n = 0; n < REPEATS; n++) {
    for (let at = 0; at < words.length; at += 2) encipher(state, words, at);
  }
  const out = Buffer.alloc(HASH_BYTES);
  for (const [n, word] of words.entries()) out.writeInt32LE(word, 4 * n);
  return new Uint8Array(out);
}

/** Big-endian words of bytes whose number divides by four. */
function wordsOf(bytes: Uint8Array): Int32Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int32Array.from({ length: bytes.length / 4 }, (_, n) => view.getInt32(4 * n));
}

function sha512(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

function bigEndian(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}
