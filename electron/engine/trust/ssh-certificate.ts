import { parseOpensshBlob, type OpensshKey } from './openssh-key.ts';
import { readKeyMaterial } from './ssh-key-material.ts';
import {
  findSshSignatureProblem,
  isUserVerified,
  readSshSignature,
  type SshSignature,
  type SshSignatureProblem,
} from './ssh-signature.ts';
import { concatBytes, SshReader, sshString } from './ssh-wire.ts';

const CERTIFICATE = /^(.+)-cert-v01@openssh\.com$/;
const TYPE_USER = 1;
const TYPE_HOST = 2;
/** `-V forever`: no end. */
const NO_END = 0xffff_ffff_ffff_ffffn;
const MAX_PRINCIPALS = 256;
const MAX_OPTIONS = 64;

/** A certificate of OpenSSH (PROTOCOL.certkeys), read in full; nothing about it is verified. */
export interface SshCertificate {
  /** The key that it speaks of. */
  readonly certified: OpensshKey;
  readonly serial: bigint;
  readonly type: 'user' | 'host';
  /** What its issuer calls it, for logs. */
  readonly keyId: string;
  /** Empty would mean everybody, which this site never takes it for. */
  readonly principals: readonly string[];
  /** Null: from ever; until ever. */
  readonly validAfter: Date | null;
  readonly validBefore: Date | null;
  readonly criticalOptions: readonly string[];
  readonly issuer: OpensshKey;
  /** What the issuer signed, and the signature. */
  readonly signedBytes: Uint8Array;
  readonly signature: SshSignature;
}

/** Is this the type of a certificate? The type of the key in it, else null. */
export function certifiedTypeOf(keyType: string): string | null {
  const inner = CERTIFICATE.exec(keyType)?.[1];
  if (inner === undefined) return null;
  return inner.startsWith('sk-') ? `${inner}@openssh.com` : inner;
}

/** Reads the blob of a certificate. Null when it is malformed, or holds a key that signs nothing here. */
export function parseSshCertificate(blob: Uint8Array): SshCertificate | null {
  const reader = new SshReader(blob);
  const keyType = certifiedTypeOf(reader.name() ?? '');
  if (keyType === null || reader.string() === null) return null; // the string is a nonce
  const fieldsAt = reader.position;
  const material = readKeyMaterial(keyType, reader);
  const certified = parseOpensshBlob(
    concatBytes(sshString(keyType), blob.subarray(fieldsAt, reader.position)),
  );
  const serial = reader.uint64();
  const type = reader.uint32();
  const keyId = reader.text();
  const principals = readPrincipals(reader.string());
  const validAfter = reader.uint64();
  const validBefore = reader.uint64();
  const criticalOptions = readOptions(reader.string());
  const extensions = readOptions(reader.string());
  const reserved = reader.string();
  const issuer = parseOpensshBlob(reader.string() ?? new Uint8Array(0));
  const signedBytes = blob.slice(0, reader.position);
  const signature = readSshSignature(reader.string() ?? new Uint8Array(0));
  if (!reader.atEnd || material === null || certified === null || serial === null || keyId === null)
    return null;
  if (type !== TYPE_USER && type !== TYPE_HOST) return null;
  if (principals === null || criticalOptions === null || extensions === null) return null;
  if (validAfter === null || validBefore === null || reserved === null) return null;
  // The issuer of a certificate is a plain key: there are no chains (PROTOCOL.certkeys).
  if (issuer?.material == null || signature === null) return null;
  return {
    certified,
    serial,
    type: type === TYPE_USER ? 'user' : 'host',
    keyId,
    principals,
    validAfter: validAfter === 0n ? null : dateOf(validAfter),
    validBefore: validBefore === NO_END ? null : dateOf(validBefore),
    criticalOptions,
    issuer,
    signedBytes,
    signature,
  };
}

/** Why the certificate was not made by the issuer that it names, or cannot certify who signs a file; null when all is well. */
export function findCertificateProblem(
  certificate: SshCertificate,
  by: SshSignature,
): SshSignatureProblem | null {
  const { issuer, signedBytes, signature, type, criticalOptions, principals } = certificate;
  if (issuer.material === null) return unusable('an issuer whose key can be checked', issuer.keyType);
  const problem = findSshSignatureProblem(issuer.keyType, issuer.material, signature, signedBytes);
  if (problem !== null) return { ...problem, detail: `Its certificate is not as issued: ${problem.detail}` };
  if (type !== 'user') return unusable('a certificate of a person', 'one of a host');
  if (principals.length === 0)
    return unusable('a certificate that names who it is for', 'one for nobody in particular');
  for (const option of criticalOptions) {
    // `force-command` and `source-address` bind a login, which a signature is not; others are unknown.
    if (option !== 'verify-required') return unusable('no condition that cannot be checked', option);
    if (!isUserVerified(by)) return unusable('a PIN or fingerprint given to the security key', 'none');
  }
  return null;
}

function unusable(expected: string, found: string): SshSignatureProblem {
  return { detail: 'Its certificate does not allow to sign files.', expected, found };
}

function readPrincipals(bytes: Uint8Array | null): string[] | null {
  if (bytes === null) return null;
  const reader = new SshReader(bytes);
  const principals: string[] = [];
  while (!reader.atEnd) {
    const principal = reader.text();
    if (principal === null || principal === '' || principals.length === MAX_PRINCIPALS) return null;
    principals.push(principal);
  }
  return principals;
}

/** Names of options, which have to be in order and there once (PROTOCOL.certkeys); what they say does not matter here. */
function readOptions(bytes: Uint8Array | null): string[] | null {
  if (bytes === null) return null;
  const reader = new SshReader(bytes);
  const names: string[] = [];
  while (!reader.atEnd) {
    const name = reader.name();
    if (name === null || reader.string() === null || names.length === MAX_OPTIONS) return null;
    if ((names.at(-1) ?? '') >= name) return null;
    names.push(name);
  }
  return names;
}

/** Times beyond what a Date holds are as good as its end. */
function dateOf(seconds: bigint): Date {
  const latest = 8_640_000_000_000n;
  return new Date(Number(seconds > latest ? latest : seconds) * 1000);
}
