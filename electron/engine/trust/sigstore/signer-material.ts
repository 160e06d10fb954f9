import { createHash, type KeyObject } from 'node:crypto';
import type { TrustAnchor } from '../anchor.ts';
import { parseSpkiPem, spkiDer, spkiFingerprint } from '../spki.ts';
import { type Certificate, parseCertificate } from '../x509/certificate.ts';
import type { BundleShape } from './bundle-shape.ts';

/** What a bundle says about who signed; nothing of it is believed. */
export type SignerMaterial =
  | {
      readonly method: 'key';
      /** Hex of the SHA-256 of the key's PEM text; empty when nothing is said. */
      readonly hint: string;
      /** The key itself, which says who signed only when an anchor is that key. */
      readonly key: KeyObject | null;
    }
  | { readonly method: 'certificate'; readonly leaf: Certificate; readonly others: readonly Certificate[] }
  /** A short-lived certificate of an identity, with a transparency log. */
  | { readonly method: 'keyless'; readonly leaf: Certificate };

/** Extensions in which Fulcio says who confirmed the identity (sigstore/fulcio, docs/oid-info.md). */
export const FULCIO_ISSUER = '1.3.6.1.4.1.57264.1.8';
export const FULCIO_ISSUER_V1 = '1.3.6.1.4.1.57264.1.1';

/** Reads the material; a string says why it cannot be used. */
export function readMaterial(material: BundleShape['verificationMaterial']): SignerMaterial | string {
  const { publicKey, certificate, x509CertificateChain } = material;
  if (publicKey !== undefined) {
    const text = publicKey.rawBytes === undefined ? null : Buffer.from(publicKey.rawBytes).toString('utf8');
    const key = text === null ? null : parseSpkiPem(text);
    if (text !== null && key === null) return 'The public key in it is not one in PEM.';
    return { method: 'key', hint: publicKey.hint ?? '', key };
  }
  const chain = certificate === undefined ? (x509CertificateChain?.certificates ?? []) : [certificate];
  const certificates: Certificate[] = [];
  for (const { rawBytes } of chain) {
    const parsed = parseCertificate(rawBytes);
    if (typeof parsed === 'string') return parsed;
    certificates.push(parsed);
  }
  const [leaf, ...others] = certificates;
  if (leaf === undefined) return 'It has no certificate.';
  return certificate !== undefined || isOfFulcio(leaf)
    ? { method: 'keyless', leaf }
    : { method: 'certificate', leaf, others };
}

/** Does it say who confirmed an identity, as short-lived certificates do? */
export function isOfFulcio({ extensions }: Certificate): boolean {
  return extensions.others.has(FULCIO_ISSUER) || extensions.others.has(FULCIO_ISSUER_V1);
}

/** A key that may have made a signature, with the anchors that are this very key. */
export interface CandidateKey {
  readonly key: KeyObject;
  readonly fingerprint: string;
  readonly anchors: readonly TrustAnchor[];
}

/**
 * The keys to try: the one that came with the signature, or those among the anchors that the hint names. A hint that names
 * another anchor's key leaves that one alone to be tried, so that swapped hints do not hold.
 */
export function candidateKeys(
  { hint, key }: { hint: string; key: KeyObject | null },
  anchors: readonly TrustAnchor[],
): CandidateKey[] {
  const known = keysOfAnchors(anchors);
  if (key === null) return hint === '' ? known : known.filter((candidate) => hintsAt(hint, candidate));
  const fingerprint = spkiFingerprint(key);
  const same = known.find((candidate) => candidate.fingerprint === fingerprint);
  const candidate = same ?? { key, fingerprint, anchors: [] };
  return hint === '' || hintsAt(hint, candidate) ? [candidate] : [];
}

function keysOfAnchors(anchors: readonly TrustAnchor[]): CandidateKey[] {
  const found = new Map<string, { key: KeyObject; fingerprint: string; anchors: TrustAnchor[] }>();
  for (const anchor of anchors) {
    const key = anchor.kind === 'public-key' ? parseSpkiPem(anchor.material) : null;
    if (key === null) continue;
    const fingerprint = spkiFingerprint(key);
    const known = found.get(fingerprint);
    if (known === undefined) found.set(fingerprint, { key, fingerprint, anchors: [anchor] });
    else known.anchors.push(anchor);
  }
  return [...found.values()];
}

/** OMS hashes the PEM text; other tools the DER. */
function hintsAt(hint: string, { key }: CandidateKey): boolean {
  const pem = key.export({ format: 'pem', type: 'spki' });
  const digest = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest();
  return [digest(pem), digest(spkiDer(key))].some(
    (each) => each.toString('hex') === hint || each.toString('base64') === hint,
  );
}
