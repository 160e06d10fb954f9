import type { HashAlgorithm } from '#shared/contract/system.ts';
import type { TrustAnchor } from '../anchor.ts';

/** What a signature has to be shown of the file it signs. */
export type ContentNeed =
  | { readonly kind: 'digest'; readonly algorithm: HashAlgorithm }
  /** All bytes at once, because the format signs them unhashed. */
  | { readonly kind: 'bytes'; readonly limitBytes: number };

/** The signed file as far as it was asked for. */
export type SignedContent =
  | { readonly kind: 'digest'; readonly digest: Uint8Array }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** The key a signature was made with, as far as the bytes prove it. */
export interface SigningKey {
  /** See Signer in the contract. */
  readonly fingerprint: string;
  readonly keyType: string;
  /** Anchors that hold this very key, in any state. */
  readonly anchors: readonly TrustAnchor[];
}

/** What checking one signature found out. Whether its signer may sign is another question. */
export interface SignatureFinding {
  readonly outcome: 'valid' | 'invalid';
  readonly expected: string;
  readonly found: string;
  readonly detail: string;
  /** Null when the signature does not hold: then nobody is proven. */
  readonly key: SigningKey | null;
  /** The signature names a key that this site does not know, and so it could not be checked. */
  readonly unknownKey?: string;
  /** Text the signature covers: a claim of the signer. */
  readonly comment?: string;
  /** When the signer says it signed; a claim too. */
  readonly claimedAt?: Date;
}

/** A signature file that could be read; nothing is verified yet. */
export interface OpenSignature {
  readonly need: ContentNeed;
  check(
    content: SignedContent,
    anchors: readonly TrustAnchor[],
  ): Promise<SignatureFinding> | SignatureFinding;
}

/** One way in which files are signed. Each has a file of its own in this folder and a row in index.ts. */
export interface SignatureFormat {
  /** As reports name it. */
  readonly id: string;
  /** Is this content, or the beginning of it, meant to be of this format? Decided by content, never by name. */
  recognises(content: Uint8Array): boolean;
  /** A string is the reason why it cannot be read: the signature is there, and broken. */
  open(content: Uint8Array): OpenSignature | string;
}
