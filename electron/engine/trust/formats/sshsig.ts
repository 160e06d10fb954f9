import { createHash } from 'node:crypto';
import { decodeBase64, encodeBase64 } from '#engine/core/base64.ts';
import type { Signer } from '#engine/core/signer.ts';
import { anchorsWithKey } from '../anchor.ts';
import { verifyEd25519 } from '../ed25519.ts';
import { type OpensshKey, opensshBlob, parseOpensshBlob, SSH_ED25519 } from '../openssh-key.ts';
import { concatBytes, SshReader, sshString } from '../ssh-wire.ts';
import type { TrustQuestion } from '../trust-question.ts';
import type { SignatureFinding, SignatureFormat, SignedContent } from './signature-format.ts';

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
  readonly key: OpensshKey;
  readonly namespace: string;
  readonly reserved: Uint8Array;
  /** What the message is hashed with. */
  readonly hash: SshsigHash;
  readonly signatureType: string;
  readonly signature: Uint8Array;
}

/** Does it begin as an SSH signature does? */
export function looksLikeSshsig(content: Uint8Array): boolean {
  return Buffer.from(content.subarray(0, BEGIN.length)).toString('latin1') === BEGIN;
}

/** Signs a message in a namespace; the armored text is what `ssh-keygen -Y verify` reads. */
export function signSshsig(message: Uint8Array, namespace: string, signer: Signer): string {
  const hash: SshsigHash = 'sha512';
  const digest = createHash(hash).update(message).digest();
  const signed = signer.sign(signedBytes(namespace, new Uint8Array(0), hash, digest));
  const version = new Uint8Array(4);
  new DataView(version.buffer).setUint32(0, VERSION);
  const blob = concatBytes(
    MAGIC,
    version,
    sshString(opensshBlob(signer.publicKey)),
    sshString(namespace),
    sshString(''),
    sshString(hash),
    sshString(concatBytes(sshString(SSH_ED25519), sshString(signed))),
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
  const key = parseOpensshBlob(keyBlob);
  if (key === null) return 'The public key in it is malformed.';
  const inner = new SshReader(signatureBlob);
  const signatureType = inner.name();
  const signature = inner.string();
  if (signatureType === null || signature === null) return 'The signature in it is malformed.';
  // Security keys append flags and a counter; those types are refused later, by name.
  if (signatureType === SSH_ED25519 && !inner.atEnd) return 'Something follows the signature.';
  return { key, namespace, reserved, hash, signatureType, signature };
}

/**
 * Why the signature does not hold for a message with this digest (made with `sig.hash`), in one of the namespaces; null
 * when it holds. Says nothing about whose key it is.
 */
export function findSshsigProblem(
  sig: Sshsig,
  digest: Uint8Array,
  namespaces: readonly string[],
): { detail: string; expected: string; found: string } | null {
  if (!namespaces.includes(sig.namespace)) {
    return {
      detail: 'The signature was made for another purpose than this.',
      expected: `namespace ${namespaces.join(' or ')}`,
      found: `namespace ${sig.namespace}`,
    };
  }
  if (sig.key.ed25519 === null || sig.signatureType !== SSH_ED25519) {
    return {
      detail: 'This version of Sallyport checks Ed25519 signatures only, so this one is not accepted.',
      expected: SSH_ED25519,
      found: sig.key.ed25519 === null ? sig.key.keyType : sig.signatureType,
    };
  }
  const message = signedBytes(sig.namespace, sig.reserved, sig.hash, digest);
  if (verifyEd25519(sig.signature, message, sig.key.ed25519)) return null;
  return {
    detail: 'The signature does not match the bytes: they, or it, were changed.',
    expected: `a signature by ${sig.key.fingerprint} over these bytes`,
    found: 'a signature over something else',
  };
}

/** Checks an armored signature over a message in memory; the key on success, a reason else. */
export function verifySshsig(
  content: Uint8Array,
  message: Uint8Array,
  namespaces: readonly string[],
): { outcome: 'valid'; key: OpensshKey } | { outcome: 'invalid'; reason: string } {
  const sig = parseSshsig(content);
  if (typeof sig === 'string') return { outcome: 'invalid', reason: sig };
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

/** `ssh-keygen -Y sign -n file`. The key is in the signature, so it can be checked before anybody vouches for it. */
export const sshsigFormat: SignatureFormat = {
  id: 'sshsig',
  recognises: looksLikeSshsig,
  open(content) {
    const sig = parseSshsig(content);
    if (typeof sig === 'string') return sig;
    return {
      signs: { kind: 'file', need: { kind: 'digest', algorithm: sig.hash } },
      check: (signed, question) => [checkSshsig(sig, signed, question)],
    };
  },
};

function checkSshsig(sig: Sshsig, signed: SignedContent, { anchors }: TrustQuestion): SignatureFinding {
  if (signed.kind !== 'digest') throw new TypeError('an SSH signature is checked against a digest');
  const problem = findSshsigProblem(sig, signed.digest, [FILE_NAMESPACE]);
  if (problem !== null) return { outcome: 'invalid', key: null, ...problem };
  const { fingerprint, keyType, ed25519 } = sig.key;
  const holders = ed25519 === null ? [] : anchorsWithKey(anchors, ed25519);
  return {
    outcome: 'valid',
    expected: `a signature by ${fingerprint}`,
    found: `a signature by ${fingerprint}`,
    detail: `The signature holds (Ed25519, ${sig.hash}, namespace ${sig.namespace}).`,
    key: { fingerprint, keyType, anchors: holders },
  };
}
