import { createHash } from 'node:crypto';
import type { Digest } from '#shared/contract/basics.ts';

/** SHA-256 of bytes that are already in memory, as `sha256:<hex>`. Large files go through the hashing room. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The 64 hex digits of a digest: a blob's file name. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

/** The digest that a blob's file name stands for. */
export function digestFromHex(hex: string): Digest {
  return `sha256:${hex}`;
}
