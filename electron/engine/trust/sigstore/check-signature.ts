import type { KeyObject } from 'node:crypto';
import type { Check } from '#shared/contract/evidence.ts';
import type { SignatureFinding } from '../formats/signature-format.ts';
import { keyTypeOf, spkiFingerprint } from '../spki.ts';
import type { TrustQuestion } from '../trust-question.ts';
import { describePath } from '../x509/certificate-ids.ts';
import { checkChain } from '../x509/check-chain.ts';
import { endOfPath } from '../x509/check-path.ts';
import { candidateKeys, type SignerMaterial } from './signer-material.ts';

/** Does the signature hold under a key? */
export type Holds = (key: KeyObject) => boolean;

/** A signature by a bare key: the anchor that is this key vouches for it. */
export function checkKeySignature(
  material: Extract<SignerMaterial, { method: 'key' }>,
  holds: Holds,
  { anchors }: TrustQuestion,
): SignatureFinding {
  const candidates = candidateKeys(material, anchors);
  const named = material.hint === '' ? 'a key that is not named' : `the key with the hint ${material.hint}`;
  if (candidates.length === 0) {
    return {
      ...invalid('a signature by a known key', named),
      detail: 'No anchor of this site is the key that it names, so the signature cannot be checked.',
      unknownKey: named,
    };
  }
  const signer = candidates.find(({ key }) => holds(key));
  if (signer === undefined) return notHolding(candidates.map(({ fingerprint }) => fingerprint).join(' or '));
  const { key, fingerprint } = signer;
  return { ...valid(key), key: { fingerprint, keyType: keyTypeOf(key), anchors: signer.anchors } };
}

/** A signature by the key of a certificate: the authority among the anchors that it leads to vouches for it. */
export function checkCertificateSignature(
  { leaf, others }: Extract<SignerMaterial, { method: 'certificate' }>,
  holds: Holds,
  question: TrustQuestion,
): SignatureFinding {
  const moment = { at: question.at, source: 'the moment of this check; the signature proves no time' };
  const chain = checkChain(leaf, others, moment, question);
  if (!holds(leaf.publicKey)) {
    return { ...notHolding(spkiFingerprint(leaf.publicKey)), checks: chain.checks.map(notChecked) };
  }
  return {
    ...valid(leaf.publicKey),
    key: {
      fingerprint: spkiFingerprint(leaf.publicKey),
      keyType: keyTypeOf(leaf.publicKey),
      name: leaf.subjectText,
      issuer: leaf.issuerText,
      ...describePath(chain.path),
      validUntil: endOfPath(chain.path),
      anchors: chain.anchors,
    },
    checks: chain.checks,
  };
}

/** What a certificate says means nothing for a signature that it did not make; what is wrong with it stays said. */
function notChecked(check: Check): Check {
  if (check.status !== 'verified') return check;
  return { id: check.id, status: 'not-checked', detail: 'The signature is not by this certificate.' };
}

function valid(key: KeyObject): Omit<SignatureFinding, 'key'> {
  const by = `a signature by ${spkiFingerprint(key)}`;
  return { outcome: 'valid', expected: by, found: by, detail: `The signature holds (${keyTypeOf(key)}).` };
}

/** The signature is not by any of these keys. */
export function notHolding(keys: string): SignatureFinding {
  const detail = 'The signature does not match the bytes: they, or it, were changed.';
  return { ...invalid(`a signature by ${keys} over these bytes`, 'none that holds'), detail };
}

function invalid(expected: string, found: string): SignatureFinding {
  return { outcome: 'invalid', expected, found, detail: '', key: null };
}
