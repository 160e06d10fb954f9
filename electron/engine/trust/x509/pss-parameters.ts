import type { SignatureHash } from '../verify-with-key.ts';
import { DerProblem, DerReader, oidOf, singleValue, smallInteger, Tag } from './der.ts';

const hashes: Readonly<Record<string, SignatureHash>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
const MGF1 = '1.2.840.113549.1.1.8';
/** What stands for a salt length that is left out (RFC 4055, section 3.1). */
const DEFAULT_SALT_BYTES = 20;

/** With what an RSASSA-PSS signature was made. */
export interface PssParameters {
  /** Of the message and of the mask. */
  readonly hash: SignatureHash;
  readonly saltBytes: number;
}

/**
 * Reads RSASSA-PSS-params (RFC 4055, section 3.1) as encoded. Null for anything but SHA-2 with the same hash for the mask:
 * what is left out means SHA-1.
 */
export function readPssParameters(encoded: Uint8Array | null): PssParameters | null {
  if (encoded === null) return null;
  try {
    const reader = new DerReader(singleValue(encoded, Tag.sequence).content);
    const hash = hashIn(reader.optional(0xa0)?.content);
    const mask = maskHashIn(reader.optional(0xa1)?.content);
    const salt = reader.optional(0xa2);
    const trailer = reader.optional(0xa3);
    reader.end();
    const saltBytes = salt === null ? DEFAULT_SALT_BYTES : integerIn(salt.content);
    if (hash === null || hash !== mask || (trailer !== null && integerIn(trailer.content) !== 1)) return null;
    return { hash, saltBytes };
  } catch (error) {
    if (error instanceof DerProblem) return null;
    throw error;
  }
}

function hashIn(content: Uint8Array | undefined): SignatureHash | null {
  if (content === undefined) return null;
  const reader = new DerReader(singleValue(content, Tag.sequence).content);
  const oid = oidOf(reader.next(Tag.oid).content);
  reader.optional(Tag.nil);
  reader.end();
  return hashes[oid] ?? null;
}

function maskHashIn(content: Uint8Array | undefined): SignatureHash | null {
  if (content === undefined) return null;
  const reader = new DerReader(singleValue(content, Tag.sequence).content);
  if (oidOf(reader.next(Tag.oid).content) !== MGF1) return null;
  const hash = hashIn(reader.next(Tag.sequence).encoded);
  reader.end();
  return hash;
}

function integerIn(content: Uint8Array): number {
  return smallInteger(singleValue(content, Tag.integer).content);
}
