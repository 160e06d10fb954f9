import { type Certificate, parseCertificate } from './certificate.ts';

const BLOCK = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/** The certificates in PEM text (RFC 7468, section 5); a string says why one cannot be read. */
export function certificatesOf(text: string): Certificate[] | string {
  const found: Certificate[] = [];
  for (const [, body = ''] of text.matchAll(BLOCK)) {
    const certificate = parseCertificate(new Uint8Array(Buffer.from(body.replace(/\s+/g, ''), 'base64')));
    if (typeof certificate === 'string') return certificate;
    found.push(certificate);
  }
  return found;
}

/** One certificate as PEM. */
export function pemOf({ der }: Certificate): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
