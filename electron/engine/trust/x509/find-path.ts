import type { TrustAnchor } from '../anchor.ts';
import type { Certificate } from './certificate.ts';
import { isSignedBy } from './certificate-signature.ts';
import { certificatesOf } from './read-pem.ts';

/** A certificate of the trust store, with the anchors that are this very certificate. */
export interface AnchorCertificate {
  readonly certificate: Certificate;
  readonly anchors: readonly TrustAnchor[];
}

/** From the leaf up to, and with, the certificate of the trust store. */
export interface CertificatePath {
  readonly certificates: readonly Certificate[];
  readonly anchors: readonly TrustAnchor[];
}

/** More certificates above a leaf than any authority has; and how many signatures are tried at most. */
const MAX_DEPTH = 8;
const MAX_ATTEMPTS = 100;

/** The certificates among the anchors. What comes with a signature never becomes one. */
export function anchorCertificates(anchors: readonly TrustAnchor[]): AnchorCertificate[] {
  const found = new Map<string, { certificate: Certificate; anchors: TrustAnchor[] }>();
  for (const anchor of anchors) {
    if (anchor.kind !== 'certificate') continue;
    const parsed = certificatesOf(anchor.material);
    const certificate = typeof parsed === 'string' ? undefined : parsed[0];
    if (certificate === undefined) continue;
    const key = Buffer.from(certificate.der).toString('base64');
    const known = found.get(key);
    if (known === undefined) found.set(key, { certificate, anchors: [anchor] });
    else known.anchors.push(anchor);
  }
  return [...found.values()];
}

/**
 * Every path from the leaf over certificates that came with it to one of the trust store (RFC 5280, section 6.1: names and
 * signatures), shortest first. Bounded: loops are not followed, and after many signatures the search ends.
 */
export function findPaths(
  leaf: Certificate,
  others: readonly Certificate[],
  anchors: readonly AnchorCertificate[],
): CertificatePath[] {
  const paths: CertificatePath[] = [];
  let attempts = 0;
  const issued = (certificate: Certificate, issuer: Certificate) =>
    couldIssue(certificate, issuer) &&
    ++attempts <= MAX_ATTEMPTS &&
    isSignedBy(certificate, issuer.publicKey);
  const climb = (path: readonly Certificate[]) => {
    const top = path.at(-1);
    if (top === undefined) return;
    for (const anchor of anchors) {
      if (isSame(top, anchor.certificate)) paths.push({ certificates: path, anchors: anchor.anchors });
      else if (issued(top, anchor.certificate)) {
        paths.push({ certificates: [...path, anchor.certificate], anchors: anchor.anchors });
      }
    }
    if (path.length > MAX_DEPTH) return;
    for (const other of others) {
      if (!path.some((each) => isSame(each, other)) && issued(top, other)) climb([...path, other]);
    }
  };
  climb([leaf]);
  return paths.sort((a, b) => a.certificates.length - b.certificates.length);
}

/** By names and key ids; the signature decides. */
function couldIssue(certificate: Certificate, issuer: Certificate): boolean {
  if (certificate.issuer !== issuer.subject) return false;
  const { authorityKeyId } = certificate.extensions;
  const { subjectKeyId } = issuer.extensions;
  return authorityKeyId === null || subjectKeyId === null || authorityKeyId === subjectKeyId;
}

function isSame(a: Certificate, b: Certificate): boolean {
  return Buffer.compare(a.der, b.der) === 0;
}
