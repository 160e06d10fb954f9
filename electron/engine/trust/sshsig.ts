import { createHash } from 'node:crypto';
import { decodeBase64, encodeBase64 } from '#engine/core/base64.ts';
import type { Signer } from '#engine/core/signer.ts';
import { type OpensshKey, opensshBlob, parseOpensshBlob, SSH_ED25519 } from './openssh-key.ts';
import {
  certifiedTypeOf,
  findCertificateProblem,
  parseSshCertificate,
  type SshCertificate,
} from './ssh-certificate.ts';
import {
  findSshSignatureProblem,
  readSshSignature,
  type SshSignature,
  type SshSignatureProblem,
} from './ssh-signature.ts';
import type { SshSigner } from './ssh-signer.ts';
import { concatBytes, SshReader, sshString, sshUint32 } from './ssh-wire.ts';

/** What signs files in general (PROTOCOL.sshsig names it), and what signs a transfer set's list. */
export const FILE_NAMESPACE = 'file';
export const TRANSFER_NAMESPACE = 'sallyport-transfer';

const MAGIC = new TextEncoder().encode('SSHSIG');
const VERSION = 1;
const BEGIN = '-----BEGIN SSH SIGNATURE-----';
const END = '-----END SSH SIGNATURE-----';
const ARMOR_COLUMNS = 70;

export type SshsigHash = 'sha256' | 'sha512';

/** A signature as `ssh-keygen -Y sign` makes it, opened but not verified. */
export interface Sshsig {
  /** The key itself, also when it came in a certificate. */
  readonly key: OpensshKey;
  readonly certificate: SshCertificate | null;
  readonly namespace: string;
  readonly reserved: Uint8Array;
  /** What the message is hashed with. */
  readonly hash: SshsigHash;
  readonly signature: SshSignature;
}

/** Does it begin as an SSH signature does? */
export function looksLikeSshsig(content: Uint8Array): boolean {
  return Buffer.from(content.subarray(0, BEGIN.length)).toString('latin1') === BEGIN;
}

/** Signs a message in a namespace; the armored text is what `ssh-keygen -Y verify` reads. */
export function signSshsig(message: Uint8Array, namespace: string, signer: Signer): string {
  const signed = signer.sign(signedByHash(message, namespace));
  return armor(
    opensshBlob(signer.publicKey),
    namespace,
    concatBytes(sshString(SSH_ED25519), sshString(signed)),
  );
}

/** The same with a key of any type, from a file or from an agent, over a message whose SHA-512 is known. */
export async function signSshsigDigest(
  sha512: Uint8Array,
  namespace: string,
  signer: SshSigner,
): Promise<string> {
  const signed = signedBytes(namespace, new Uint8Array(0), SIGNING_HASH, sha512);
  return armor(signer.keyBlob, namespace, await signer.sign(signed));
}

const SIGNING_HASH: SshsigHash = 'sha512';

function signedByHash(message: Uint8Array, namespace: string): Uint8Array {
  const digest = new Uint8Array(createHash(SIGNING_HASH).update(message).digest());
  return signedBytes(namespace, new Uint8Array(0), SIGNING_HASH, digest);
}

function armor(keyBlob: Uint8Array, namespace: string, signature: Uint8Array): string {
  const blob = concatBytes(
    MAGIC,
    sshUint32(VERSION),
    sshString(keyBlob),
    sshString(namespace),
    sshString(''),
    sshString(SIGNING_HASH),
    sshString(signature),
  );
  const lines = encodeBase64(blob).match(new RegExp(`.{1,${ARMOR_COLUMNS}}`, 'g')) ?? [];
  return `${[BEGIN, ...lines, END].join('\n')}\n`;
}

/**
 * Opens an armored signature (openssh-portable, PROTOCOL.sshsig). A string is the reason why it cannot be read. Stricter
 * than OpenSSH: nothing may stand before or after the armor, nor between its lines.
 */
export function parseSshsig(content: Uint8Array): Sshsig | string {
  const text = Buffer.from(content).toString('latin1');
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  if (lines[0] !== BEGIN) return 'It does not begin as an SSH signature.';
  if (lines.at(-1) !== END)
    return 'It does not end as an SSH signature: it is cut short, or something follows.';
  const armored = lines.slice(1, -1);
  const blob = armored.includes('') ? null : decodeBase64(armored.join(''));
  return blob === null ? 'Its armor is not base64.' : parseBlob(blob);
}

function parseBlob(blob: Uint8Array): Sshsig | string {
  const reader = new SshReader(blob);
  const magic = reader.take(MAGIC.length);
  if (magic === null || !Buffer.from(magic).equals(MAGIC)) return 'It lacks the SSHSIG preamble.';
  const version = reader.uint32();
  if (version !== VERSION) return `It is of version ${version ?? 'none'}, not ${VERSION}.`;
  const keyBlob = reader.string();
  const namespace = reader.name();
  const reserved = reader.string();
  const hash = reader.name();
  const signatureBlob = reader.string();
  if (
    keyBlob === null ||
    namespace === null ||
    reserved === null ||
    hash === null ||
    signatureBlob === null
  ) {
    return 'It ends too early, or a name in it is not text.';
  }
  if (!reader.atEnd) return 'Something follows the signature.';
  if (namespace === '') return 'Its namespace is empty.';
  if (hash !== 'sha256' && hash !== 'sha512') return `It uses the hash ${hash}, not sha256 or sha512.`;
  const signer = parseSignerKey(keyBlob);
  if (signer === null) return 'The public key in it is malformed, or too weak.';
  const signature = readSshSignature(signatureBlob);
  if (signature === null) return 'The signature in it is malformed.';
  return { ...signer, namespace, reserved, hash, signature };
}

function parseSignerKey(blob: Uint8Array): Pick<Sshsig, 'key' | 'certificate'> | null {
  const key = parseOpensshBlob(blob);
  if (key === null || certifiedTypeOf(key.keyType) === null)
    return key === null ? null : { key, certificate: null };
  const certificate = parseSshCertificate(blob);
  return certificate === null ? null : { key: certificate.certified, certificate };
}

/**
 * Why the signature does not hold for a message with this digest (made with `sig.hash`), in one of the namespaces; null
 * when it holds. A certificate's own signature has to hold too. Says nothing about whose key it is, nor about time.
 */
export function findSshsigProblem(
  sig: Sshsig,
  digest: Uint8Array,
  namespaces: readonly string[],
): SshSignatureProblem | null {
  if (!namespaces.includes(sig.namespace)) {
    return {
      detail: 'The signature was made for another purpose than this.',
      expected: `namespace ${namespaces.join(' or ')}`,
      found: `namespace ${sig.namespace}`,
    };
  }
  const { keyType, material } = sig.key;
  if (material === null) {
    return {
      detail: 'Keys of this type make no signatures that are accepted here.',
      expected: 'a key of type Ed25519, ECDSA or RSA, or a security key',
      found: keyType,
    };
  }
  const message = signedBytes(sig.namespace, sig.reserved, sig.hash, digest);
  const problem = findSshSignatureProblem(keyType, material, sig.signature, message);
  if (problem !== null) return problem;
  return sig.certificate === null ? null : findCertificateProblem(sig.certificate, sig.signature);
}

/**
 * Checks an armored signature by a plain key over a message in memory; the key on success, a reason else. A certificate
 * would need an anchor and a time to judge it by, so it does not hold here.
 */
export function verifySshsig(
  content: Uint8Array,
  message: Uint8Array,
  namespaces: readonly string[],
): { outcome: 'valid'; key: OpensshKey } | { outcome: 'invalid'; reason: string } {
  const sig = parseSshsig(content);
  if (typeof sig === 'string') return { outcome: 'invalid', reason: sig };
  if (sig.certificate !== null)
    return { outcome: 'invalid', reason: 'It is made with a certificate, not with a plain key.' };
  const digest = createHash(sig.hash).update(message).digest();
  const problem = findSshsigProblem(sig, digest, namespaces);
  if (problem === null) return { outcome: 'valid', key: sig.key };
  return {
    outcome: 'invalid',
    reason: `${problem.detail} Expected ${problem.expected}, found ${problem.found}.`,
  };
}

/** The blob that is really signed: the digest stands for the message (PROTOCOL.sshsig, "Signed Data"). */
function signedBytes(
  namespace: string,
  reserved: Uint8Array,
  hash: SshsigHash,
  digest: Uint8Array,
): Uint8Array {
  return concatBytes(MAGIC, sshString(namespace), sshString(reserved), sshString(hash), sshString(digest));
}
