import { createHash } from 'node:crypto';
import { decodeBase64, encodeBase64 } from '#engine/core/base64.ts';
import { readKeyMaterial, signingKeyTypes, type SshKeyMaterial } from './ssh-key-material.ts';
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
  /** What it is made of; null when the key is of a type whose signatures are not checked here (DSA, certificates). */
  readonly material: SshKeyMaterial | null;
  /** The raw 32 bytes; null when the key is not a plain Ed25519 key. */
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

/**
 * Reads a key blob; null when it is malformed or too weak (see readKeyMaterial). A type that this version does not know is
 * no error: the key has a fingerprint and nothing else.
 */
export function parseOpensshBlob(blob: Uint8Array, comment = ''): OpensshKey | null {
  const reader = new SshReader(blob);
  const keyType = reader.name();
  if (keyType === null || keyType === '') return null;
  const key = { keyType, blob, fingerprint: fingerprintOfBlob(blob), comment };
  if (!signingKeyTypes.includes(keyType)) return { ...key, material: null, ed25519: null };
  const material = readKeyMaterial(keyType, reader);
  if (material === null || !reader.atEnd) return null;
  const isPlain = material.kind === 'ed25519' && material.application === null;
  return { ...key, material, ed25519: isPlain ? material.publicKey : null };
}

/** Reads `<type> <base64> [comment]`; null when it is not such a line. */
export function parseOpensshLine(line: string): OpensshKey | null {
  const match = /^([!-~]+)[ \t]+([A-Za-z0-9+/]+={0,2})(?:[ \t]+(.*))?$/.exec(line.trim());
  const blob = decodeBase64(match?.[2] ?? '');
  if (match === null || blob === null) return null;
  const key = parseOpensshBlob(blob, match[3] ?? '');
  return key?.keyType === match[1] ? key : null;
}
