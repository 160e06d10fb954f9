import type { DigestNeed } from '#engine/core/digest-need.ts';
import { latin1 } from '../minisign-key.ts';
import { checkOpenpgp } from '../openpgp-check.ts';
import { looksLikeCleartext, readCleartext } from '../openpgp-cleartext.ts';
import { looksLikeSignaturePacket, splitSignatures, takeOffArmor } from '../openpgp-packets.ts';
import { canonicalText, type OpenpgpSignature, readOpenpgpSignature } from '../openpgp-signature.ts';
import type { OpenSignature, SignatureFormat, SignedContent } from './signature-format.ts';

const BEGIN = '-----BEGIN PGP SIGNATURE-----';
/** Signatures over text hash its lines, not its bytes, so the text has to fit in memory. */
const TEXT_LIMIT_BYTES = 64 * 1024 * 1024;

/** `gpg --detach-sign`, armored or binary, with one signature or several in one file. */
export const openpgpFormat: SignatureFormat = {
  id: 'openpgp',
  recognises: (content) =>
    latin1(content.subarray(0, BEGIN.length)) === BEGIN || looksLikeSignaturePacket(content),
  open(content) {
    const isArmored = latin1(content.subarray(0, 5)) === '-----';
    const armor = isArmored ? takeOffArmor(content) : { bytes: content };
    return typeof armor === 'string' ? armor : openDetached(armor.bytes);
  },
};

/** `gpg --clearsign`: a text, often a list of digests, with its signatures below it in the same file. */
export const cleartextFormat: SignatureFormat = {
  id: 'openpgp-cleartext',
  recognises: looksLikeCleartext,
  open(content) {
    const cleartext = readCleartext(content);
    if (typeof cleartext === 'string') return cleartext;
    const signatures = readSignatures(cleartext.signatures.bytes);
    if (typeof signatures === 'string') return signatures;
    if (signatures.some(({ kind }) => kind !== 'text')) return 'A signature in it is not one of a text.';
    return {
      signs: { kind: 'text', text: cleartext.text },
      check: (_content, question) =>
        checkOpenpgp(
          signatures.map((signature) => ({ signature, content: cleartext.signedText })),
          question,
        ),
    };
  },
};

function openDetached(bytes: Uint8Array): OpenSignature | string {
  const signatures = readSignatures(bytes);
  if (typeof signatures === 'string') return signatures;
  if (signatures.some(({ kind }) => kind === 'text')) {
    return {
      signs: { kind: 'file', need: { kind: 'bytes', limitBytes: TEXT_LIMIT_BYTES } },
      check: (content, question) => {
        if (content.kind !== 'bytes') throw new TypeError('a signature over text is checked against bytes');
        const text = canonicalText(content.bytes);
        const pairs = signatures.map((signature) => ({
          signature,
          content: signature.kind === 'text' ? text : content.bytes,
        }));
        return checkOpenpgp(pairs, question);
      },
    };
  }
  return {
    signs: { kind: 'file', need: { kind: 'digests', needs: signatures.map(needOf) } },
    check: (content, question) =>
      checkOpenpgp(
        signatures.map((signature) => ({ signature, content: digestIn(content, signature) })),
        question,
      ),
  };
}

/** Each of them; a string when any cannot be read or proves nothing, since then the file does not hold as a whole. */
function readSignatures(bytes: Uint8Array): OpenpgpSignature[] | string {
  const packets = splitSignatures(bytes);
  if (typeof packets === 'string') return packets;
  const signatures: OpenpgpSignature[] = [];
  for (const { whole, body } of packets) {
    const signature = readOpenpgpSignature(whole, body);
    if (typeof signature === 'string') return signature;
    if ('weakHash' in signature)
      return `It is made with ${signature.weakHash}, which no longer proves anything.`;
    signatures.push(signature);
  }
  return signatures;
}

/** The one pass that reads the file computes the digest of what is really signed. */
function needOf({ hash, prefix, suffix }: OpenpgpSignature): DigestNeed {
  return { algorithm: hash, frame: { prefix: hexOf(prefix), suffix: hexOf(suffix) } };
}

function digestIn(content: SignedContent, signature: OpenpgpSignature): { digest: Uint8Array } {
  if (content.kind !== 'digests') throw new TypeError('a binary signature is checked against its digest');
  return { digest: content.digestOf(needOf(signature)) };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
