import { createHash } from 'node:crypto';
import { spkiFingerprint } from '../spki.ts';
import type { Certificate } from './certificate.ts';

/** What a certificate is known by where single ones are named: its serial number under the key of its issuer. */
export function certificateName({ serial }: Certificate, issuer: Certificate): string {
  return `${serial}@${spkiFingerprint(issuer.publicKey)}`;
}

/** `x509:` and the SHA-256 of the whole certificate in DER, which is also the fingerprint of an anchor that is one. */
export function certificateFingerprint({ der }: Certificate): string {
  return `x509:${createHash('sha256').update(der).digest('hex')}`;
}

/**
 * For each certificate of a path, leaf first, everything by which it can be revoked. The issuer of the last is known only when
 * that is its own.
 */
export function certificateIds(path: readonly Certificate[]): string[][] {
  return path.map((certificate, index) => {
    const above = path[index + 1];
    const issuer = above ?? (certificate.issuer === certificate.subject ? certificate : null);
    const named = issuer === null ? [] : [certificateName(certificate, issuer)];
    return [...named, certificateFingerprint(certificate), spkiFingerprint(certificate.publicKey)];
  });
}

/** What a signer's record says of its certificates. */
export function describePath(path: readonly Certificate[]): {
  certificate?: string;
  certificatePath: string[];
} {
  const [leaf, issuer] = path;
  return {
    ...(leaf === undefined || issuer === undefined ? {} : { certificate: certificateName(leaf, issuer) }),
    certificatePath: certificateIds(path).flat(),
  };
}
