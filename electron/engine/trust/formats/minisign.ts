import { decodeBase64 } from '#engine/core/base64.ts';
import { anchorsWithKey, ed25519KeyOf, type TrustAnchor } from '../anchor.ts';
import { verifyEd25519, verifyEd25519OverMuch } from '../ed25519.ts';
import { beginsAsEdSignature, hasTrustedComment, keyIdOf, latin1, minisignKeyIdOf } from '../minisign-key.ts';
import { concatBytes } from '../ssh-wire.ts';
import type { TrustQuestion } from '../trust-question.ts';
import type { SignatureFinding, SignatureFormat, SignedContent } from './signature-format.ts';

const UNTRUSTED = 'untrusted comment: ';
const TRUSTED = 'trusted comment: ';
/** Signatures of the old kind cover the file's bytes unhashed, so the file has to fit in memory. */
const LEGACY_LIMIT_BYTES = 1024 * 1024 * 1024;
const MAX_SIGNATURE_BYTES = 16_384;

/** A `.minisig` file, read but not verified. */
export interface Minisig {
  /** `ED` signs the file's BLAKE2b-512, `Ed` (old) the file itself. */
  readonly algorithm: 'Ed' | 'ED';
  readonly keyId: string;
  readonly signature: Uint8Array;
  /** Covered by the global signature, as raw bytes. */
  readonly trustedComment: Uint8Array;
  readonly globalSignature: Uint8Array;
}

/** Reads the four lines of a minisign signature (minisign's "Signature format"); a string is why it cannot be read. */
export function parseMinisig(content: Uint8Array): Minisig | string {
  if (content.length > MAX_SIGNATURE_BYTES) return 'It is too long for a minisign signature.';
  const lines = latin1(content)
    .replace(/\r?\n$/, '')
    .split(/\r?\n/);
  const [untrusted, signatureLine, trusted, globalLine, ...rest] = lines;
  if (untrusted?.startsWith(UNTRUSTED) !== true) return 'It does not begin with an untrusted comment.';
  if (signatureLine === undefined) return 'It ends before the signature.';
  if (trusted?.startsWith(TRUSTED) !== true) return 'It lacks the trusted comment.';
  if (globalLine === undefined) return 'It ends before the global signature.';
  if (rest.length > 0) return 'Something follows the global signature.';
  const signature = decodeBase64(signatureLine);
  const globalSignature = decodeBase64(globalLine);
  if (signature?.length !== 74) return 'Its signature is not base64 of 74 bytes.';
  if (globalSignature?.length !== 64) return 'Its global signature is not base64 of 64 bytes.';
  const algorithm = latin1(signature.subarray(0, 2));
  if (algorithm !== 'Ed' && algorithm !== 'ED') return 'Its algorithm is neither Ed nor ED.';
  return {
    algorithm,
    keyId: keyIdOf(signature.subarray(2, 10)),
    signature: signature.slice(10),
    trustedComment: new Uint8Array(Buffer.from(trusted.slice(TRUSTED.length), 'latin1')),
    globalSignature,
  };
}

/** `minisign -S`, of both kinds. Only the key's id is in the file, so an unknown key leaves the signature uncheckable. */
export const minisignFormat: SignatureFormat = {
  id: 'minisign',
  recognises: (content) => beginsAsEdSignature(content) && hasTrustedComment(content),
  open(content) {
    const sig = parseMinisig(content);
    if (typeof sig === 'string') return sig;
    return {
      signs: {
        kind: 'file',
        need:
          sig.algorithm === 'ED'
            ? { kind: 'digest', algorithm: 'blake2b-512' }
            : { kind: 'bytes', limitBytes: LEGACY_LIMIT_BYTES },
      },
      check: async (signed, question) => [await checkMinisig(sig, signed, question)],
    };
  },
};

async function checkMinisig(
  sig: Minisig,
  signed: SignedContent,
  { anchors }: TrustQuestion,
): Promise<SignatureFinding> {
  if (signed.kind !== 'digest' && signed.kind !== 'bytes') {
    throw new TypeError('a minisign signature is checked against a digest or bytes');
  }
  const named = anchors.filter((anchor) => minisignKeyIdOf(anchor.fingerprint) === sig.keyId);
  if (named.length === 0) {
    return {
      ...invalid(sig, `No anchor of this site has the key ${sig.keyId}, so the signature cannot be checked.`),
      unknownKey: `minisign key ${sig.keyId}`,
    };
  }
  const message = signed.kind === 'digest' ? signed.digest : signed.bytes;
  for (const anchor of named) {
    const key = ed25519KeyOf(anchor);
    if (key === null || !(await verifyEd25519OverMuch(sig.signature, message, key))) continue;
    const global = concatBytes(sig.signature, sig.trustedComment);
    if (!verifyEd25519(sig.globalSignature, global, key)) {
      return invalid(
        sig,
        'The file is as signed, but the trusted comment was changed: the global signature does not hold.',
      );
    }
    return valid(sig, anchor, anchorsWithKey(anchors, key));
  }
  return invalid(sig, 'The signature does not match the bytes: they, or it, were changed.');
}

function valid(sig: Minisig, signer: TrustAnchor, holders: readonly TrustAnchor[]): SignatureFinding {
  const comment = Buffer.from(sig.trustedComment).toString('utf8');
  const claimedAt = timeIn(comment);
  return {
    outcome: 'valid',
    expected: `a signature by minisign key ${sig.keyId}`,
    found: `a signature by minisign key ${sig.keyId}`,
    detail: `The signature holds (Ed25519, ${sig.algorithm === 'ED' ? 'over BLAKE2b-512' : 'over the bytes'}), and so does the trusted comment.`,
    key: { fingerprint: signer.fingerprint, keyType: signer.keyType, anchors: holders },
    comment,
    ...(claimedAt === null ? {} : { claimedAt }),
  };
}

function invalid(sig: Minisig, detail: string): SignatureFinding {
  const expected = `a signature by minisign key ${sig.keyId} over these bytes`;
  return { outcome: 'invalid', expected, found: 'none that holds', detail, key: null };
}

/** minisign writes `timestamp:<seconds>` into the trusted comment unless told otherwise. */
function timeIn(comment: string): Date | null {
  const seconds = /(?:^|\t)timestamp:([0-9]{1,11})(?:\t|$)/.exec(comment)?.[1];
  return seconds === undefined ? null : new Date(Number(seconds) * 1000);
}
