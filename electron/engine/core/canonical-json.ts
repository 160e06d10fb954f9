import canonicalize from 'canonicalize';

/** JSON in the one form that is hashed or signed (RFC 8785, JSON Canonicalization Scheme), as UTF-8 bytes. */
export function canonicalBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalText(value));
}

/** The same as text. Throws on what JSON cannot say (undefined, NaN, cycles). */
export function canonicalText(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('value has no JSON form');
  return text;
}
