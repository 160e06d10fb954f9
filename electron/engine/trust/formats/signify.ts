import { decodeBase64 } from '#engine/core/base64.ts';
import { anchorsWithKey, ed25519KeyOf, type TrustAnchor } from '../anchor.ts';
import { verifyEd25519OverMuch } from '../ed25519.ts';
import { beginsAsEdSignature, hasTrustedComment, keyIdOf, latin1, minisignKeyIdOf } from '../minisign-key.ts';
import type { TrustQuestion } from '../trust-question.ts';
import type { SignatureFinding, SignatureFormat } from './signature-format.ts';

/** Signatures cover the file's bytes unhashed, so the file has to fit in memory. */
const LIMIT_BYTES = 1024 * 1024 * 1024;
/** `signify` takes comments of up to 1024 bytes. */
const MAX_HEAD_BYTES = 4096;
const LINE_FEED = 10;

/** What `signify -S` writes, read but not verified. */
export interface SignifySignature {
  readonly keyId: string;
  readonly signature: Uint8Array;
  /** With `-e`, as in signed lists of digests, what is signed follows; null when it lies in another file. */
  readonly message: Uint8Array | null;
}

/** Reads a signature file (OpenBSD, signify(1)); a string is why it cannot be read. */
export function parseSignify(content: Uint8Array): SignifySignature | string {
  const firstEnd = content.indexOf(LINE_FEED);
  const secondEnd = firstEnd < 0 ? -1 : content.indexOf(LINE_FEED, firstEnd + 1);
  if (secondEnd < 0 || secondEnd > MAX_HEAD_BYTES) return 'It does not have two lines.';
  const bytes = decodeBase64(latin1(content.subarray(firstEnd + 1, secondEnd)));
  if (bytes?.length !== 74) return 'Its signature is not base64 of 74 bytes.';
  if (latin1(bytes.subarray(0, 2)) !== 'Ed') return 'Its algorithm is not Ed.';
  const message = content.slice(secondEnd + 1);
  return {
    keyId: keyIdOf(bytes.subarray(2, 10)),
    signature: bytes.slice(10),
    message: message.length === 0 ? null : message,
  };
}

/** OpenBSD's signify, detached or embedded. minisign's files have a trusted comment besides, and a format of their own. */
export const signifyFormat: SignatureFormat = {
  id: 'signify',
  recognises: (content) => beginsAsEdSignature(content) && !hasTrustedComment(content),
  open(content) {
    const sig = parseSignify(content);
    if (typeof sig === 'string') return sig;
    const { message } = sig;
    if (message !== null) {
      return {
        signs: { kind: 'text', text: message },
        check: async (_content, question) => [await checkSignify(sig, message, question)],
      };
    }
    return {
      signs: { kind: 'file', need: { kind: 'bytes', limitBytes: LIMIT_BYTES } },
      check: async (signed, question) => {
        if (signed.kind !== 'bytes') throw new TypeError('a signify signature is checked against bytes');
        return [await checkSignify(sig, signed.bytes, question)];
      },
    };
  },
};

async function checkSignify(
  sig: SignifySignature,
  message: Uint8Array,
  { anchors }: TrustQuestion,
): Promise<SignatureFinding> {
  const named = anchors.filter((anchor) => minisignKeyIdOf(anchor.fingerprint) === sig.keyId);
  if (named.length === 0) {
    const detail = `No anchor of this site has the key ${sig.keyId}, so the signature cannot be checked.`;
    return { ...invalid(sig, detail), unknownKey: `signify key ${sig.keyId}` };
  }
  for (const anchor of named) {
    const key = ed25519KeyOf(anchor);
    if (key !== null && (await verifyEd25519OverMuch(sig.signature, message, key)))
      return valid(sig, anchor, anchorsWithKey(anchors, key));
  }
  return invalid(sig, 'The signature does not match the bytes: they, or it, were changed.');
}

function valid(
  sig: SignifySignature,
  signer: TrustAnchor,
  holders: readonly TrustAnchor[],
): SignatureFinding {
  const expected = `a signature by signify key ${sig.keyId}`;
  return {
    outcome: 'valid',
    expected,
    found: expected,
    detail: 'The signature holds (Ed25519, over the bytes).',
    key: { fingerprint: signer.fingerprint, keyType: signer.keyType, anchors: holders },
  };
}

function invalid(sig: SignifySignature, detail: string): SignatureFinding {
  const expected = `a signature by signify key ${sig.keyId} over these bytes`;
  return { outcome: 'invalid', expected, found: 'none that holds', detail, key: null };
}
