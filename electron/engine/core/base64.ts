/**
 * Standard base64 with padding (RFC 4648, section 4), read strictly: no white space, no missing padding, no stray bits in the
 * last character, so that each byte string has one spelling. Null when it is anything else.
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? new Uint8Array(bytes) : null;
}

/** Standard base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** The same in either alphabet of RFC 4648, as DSSE and protobuf allow; the URL-safe one with or without padding. */
export function decodeAnyBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (/[+/]/.test(text)) return decodeBase64(text);
  const standard = text.replaceAll('-', '+').replaceAll('_', '/');
  return decodeBase64(standard.padEnd(Math.ceil(standard.length / 4) * 4, '='));
}
