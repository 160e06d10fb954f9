import { type AnchorMaterial, unlimited } from './anchor.ts';
import { keyTypeOf, parseSpkiPem, spkiFingerprint } from './spki.ts';
import { findKeyWeakness } from './verify-with-key.ts';
import { certificateFingerprint } from './x509/certificate-ids.ts';
import { certificatesOf, pemOf } from './x509/read-pem.ts';

const BLOCK = /^-----BEGIN ([A-Z0-9 ]+)-----\r?$[^-]*^-----END \1-----\r?$/gm;

/**
 * Public keys and certificates in PEM, in any order; text between them says nothing (RFC 7468, section 2). A string says why
 * the file cannot be taken.
 */
export function pemAnchors(text: string): AnchorMaterial[] | string {
  const found = new Map<string, AnchorMaterial>();
  let blocks = 0;
  for (const [block, label = ''] of text.matchAll(BLOCK)) {
    blocks++;
    const anchor = anchorOf(label, block);
    if (typeof anchor === 'string') return anchor;
    found.set(anchor.fingerprint, anchor);
  }
  const begun = text.match(/^-----BEGIN /gm)?.length ?? 0;
  return begun === blocks ? [...found.values()] : 'A PEM block in it is malformed.';
}

function anchorOf(label: string, block: string): AnchorMaterial | string {
  if (label === 'PUBLIC KEY') return publicKeyAnchor(block);
  if (label === 'CERTIFICATE') return certificateAnchor(block);
  return `It holds PEM of the kind ${label}.`;
}

function publicKeyAnchor(block: string): AnchorMaterial | string {
  const key = parseSpkiPem(block);
  if (key === null) return 'A public key in it is malformed.';
  const weakness = findKeyWeakness(key);
  if (weakness !== null) return `It holds ${weakness}.`;
  const material = `${block.trim()}\n`;
  const fingerprint = spkiFingerprint(key);
  return { ...unlimited, kind: 'public-key', keyType: keyTypeOf(key), fingerprint, comment: '', material };
}

function certificateAnchor(block: string): AnchorMaterial | string {
  const parsed = certificatesOf(block);
  if (typeof parsed === 'string') return parsed;
  const [certificate] = parsed;
  if (certificate === undefined) return 'A certificate in it is malformed.';
  return {
    ...unlimited,
    kind: 'certificate',
    keyType: keyTypeOf(certificate.publicKey),
    fingerprint: certificateFingerprint(certificate),
    comment: certificate.subjectText,
    validFrom: certificate.notBefore.toISOString(),
    validUntil: certificate.notAfter.toISOString(),
    material: pemOf(certificate),
  };
}
