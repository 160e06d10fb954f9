import { createHash } from 'node:crypto';
import type { Signer } from '#engine/core/signer.ts';
import { verifyEd25519 } from '#engine/trust/ed25519.ts';

/** A tree head as a C2SP tlog-checkpoint says it. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** Raw 32 bytes. */
  readonly root: Uint8Array;
}

const ED25519_ALGORITHM = 1;
const KEY_ID_BYTES = 4;

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** Key id of an Ed25519 note key: SHA-256(name || "\n" || 0x01 || key), first four bytes (C2SP signed-note). */
function keyId(name: string, publicKey: Uint8Array): Buffer {
  const hash = createHash('sha256')
    .update(`${name}\n`)
    .update(Uint8Array.of(ED25519_ALGORITHM))
    .update(publicKey);
  return hash.digest().subarray(0, KEY_ID_BYTES);
}

/** The log's public key as C2SP signed-note writes it: `<name>+<key id>+<base64(0x01 || key)>`. */
export function verifierKey(name: string, publicKey: Uint8Array): string {
  return `${name}+${keyId(name, publicKey).toString('hex')}+${base64(Uint8Array.of(ED25519_ALGORITHM, ...publicKey))}`;
}

/** Reads a key as `verifierKey` writes it; null when it is none, or its id is not that of the key. */
export function parseVerifierKey(text: string): { name: string; publicKey: Uint8Array } | null {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text);
  const blob = Buffer.from(match?.[3] ?? '', 'base64');
  const name = match?.[1];
  if (name === undefined || blob.length !== 33 || blob[0] !== ED25519_ALGORITHM) return null;
  const publicKey = new Uint8Array(blob.subarray(1));
  return verifierKey(name, publicKey) === text ? { name, publicKey } : null;
}

/** The checkpoint as a signed note (C2SP tlog-checkpoint and signed-note), signed under the name of its origin. */
export function signCheckpoint(checkpoint: Checkpoint, signer: Signer): string {
  const text = `${checkpoint.origin}\n${checkpoint.size}\n${base64(checkpoint.root)}\n`;
  const signature = signer.sign(new TextEncoder().encode(text));
  const blob = Buffer.concat([keyId(checkpoint.origin, signer.publicKey), signature]);
  return `${text}\n\u2014 ${checkpoint.origin} ${blob.toString('base64')}\n`;
}

/** What a note says, unverified; null when it is not a checkpoint. */
export function parseCheckpoint(note: string): Checkpoint | null {
  const match = /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*\n/.exec(note);
  if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) return null;
  return { origin: match[1], size: Number(match[2]), root: new Uint8Array(Buffer.from(match[3], 'base64')) };
}

/** Did this key sign the note under this name? A note without a line for that name and key is not signed by it. */
export function isSignedBy(note: string, name: string, publicKey: Uint8Array): boolean {
  const end = note.indexOf('\n\n');
  if (end < 0) return false;
  const text = new TextEncoder().encode(note.slice(0, end + 1));
  const wanted = keyId(name, publicKey);
  return note
    .slice(end + 2)
    .split('\n')
    .map((line) => /^\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})$/.exec(line))
    .some((match) => {
      if (match?.[1] !== name || match[2] === undefined) return false;
      const blob = Buffer.from(match[2], 'base64');
      if (!blob.subarray(0, KEY_ID_BYTES).equals(wanted)) return false;
      return verifyEd25519(blob.subarray(KEY_ID_BYTES), text, publicKey);
    });
}
