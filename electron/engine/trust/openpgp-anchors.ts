import { AppError } from '#engine/core/app-error.ts';
import { type AnchorMaterial, unlimited } from './anchor.ts';
import { type OpenpgpCertificate, parseOpenpgpCertificates } from './openpgp-certificate.ts';

/**
 * The OpenPGP certificates in a file, each an anchor by its primary key's fingerprint. Throws KEY-UNREADABLE for a file that
 * cannot be read in full, and for a certificate that says that its owner revoked it.
 */
export async function openpgpAnchors(content: Uint8Array): Promise<AnchorMaterial[]> {
  const certificates = await parseOpenpgpCertificates(content);
  return await Promise.all(certificates.map(describe));
}

async function describe({ key, ...certificate }: OpenpgpCertificate): Promise<AnchorMaterial> {
  const { fingerprint, keyType, userIds, armored } = certificate;
  if (await key.isRevoked()) {
    throw new AppError('KEY-UNREADABLE', 'The owner of this OpenPGP certificate revoked it.', {
      found: fingerprint,
      next: 'Ask its owner for the one that is in use now.',
    });
  }
  const end = await key.getExpirationTime();
  return {
    ...unlimited,
    kind: 'openpgp',
    keyType,
    fingerprint,
    comment: userIds.join(', '),
    material: armored,
    validUntil: end instanceof Date ? end.toISOString() : null,
  };
}
