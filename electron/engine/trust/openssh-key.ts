import { createHash } from 'node:crypto';
import { decodeBase64, encodeBase64 } from '#engine/core/base64.ts';
import { isUsablePublicKey } from './ed25519.ts';
import { concatBytes, SshReader, sshString } from './ssh-wire.ts';

export const SSH_ED25519 = 'ssh-ed25519';

/** A public key as OpenSSH writes it, of any type. */
export interface OpensshKey {
  readonly keyType: string;
  /** Key blob of RFC 4253, section 6.6. */
  readonly blob: Uint8Array;
  /** `SHA256:<base64>` of the blob, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  readonly comment: string;
  /** The raw 32 bytes; null when the key is of another type than Ed25519. */
  readonly ed25519: Uint8Array | null;
}

/** Key blob of a raw Ed25519 key (RFC 8709, section 4). */
export function opensshBlob(publicKey: Uint8Array): Uint8Array {
  return concatBytes(sshString(SSH_ED25519), sshString(publicKey));
}

/** `SHA256:<base64 without padding>` of a key blob. */
export function fingerprintOfBlob(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** The fingerprint of a raw Ed25519 key. */
export function opensshFingerprint(publicKey: Uint8Array): string {
  return fingerprintOfBlob(opensshBlob(publicKey));
}

/** `ssh-ed25519 <base64> <comment>`, one line without its end. */
export function opensshLine(publicKey: Uint8Array, comment: string): string {
  return `${SSH_ED25519} ${encodeBase64(opensshBlob(publicKey))} ${comment}`.trimEnd();
}

/** Reads a key blob; null when it is malformed, or an Ed25519 key that no honest program makes. */
export function parseOpensshBlob(blob: Uint8Array, comment = ''): OpensshKey | null {
  const reader = new SshReader(blob);
  const keyType = reader.name();
  if (keyType === null || keyType === '') return null;
  const key = { keyType, blob, fingerprint: fingerprintOfBlob(blob), comment };
  if (keyType !== SSH_ED25519) return { ...key, ed25519: null };
  const publicKey = reader.string();
  if (publicKey === null || !reader.atEnd || !isUsablePublicKey(publicKey)) return null;
  return { ...key, ed25519: publicKey };
}

/** Reads `<type> <base64> [comment]`; null when it is not such a line. */
export function parseOpensshLine(line: string): OpensshKey | null {
  const match = /^([!-~]+)[ \t]+([A-Za-z0-9+/]+={0,2})(?:[ \t]+(.*))?$/.exec(line.trim());
  const blob = decodeBase64(match?.[2] ?? '');
  if (match === null || blob === null) return null;
  const key = parseOpensshBlob(blob, match[3] ?? '');
  return key?.keyType === match[1] ? key : null;
}
