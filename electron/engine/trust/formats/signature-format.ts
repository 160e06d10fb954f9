import type { Check } from '#shared/contract/evidence.ts';
import type { HashAlgorithm } from '#shared/contract/system.ts';
import type { DigestNeed } from '#engine/core/digest-need.ts';
import type { TrustAnchor } from '../anchor.ts';
import type { SignedList } from '../listed-file.ts';
import type { TrustQuestion } from '../trust-question.ts';

/** What a signature has to be shown of the file it signs. */
export type ContentNeed =
  | { readonly kind: 'digest'; readonly algorithm: HashAlgorithm }
  /** Several digests of the one pass, also framed ones: formats that hash more than the file say what comes around it. */
  | { readonly kind: 'digests'; readonly needs: readonly DigestNeed[] }
  /** All bytes in order, once, because the format hashes more than them or with a key's own algorithm. */
  | { readonly kind: 'stream' }
  /** All bytes at once, because the format signs them unhashed. */
  | { readonly kind: 'bytes'; readonly limitBytes: number };

/** The signed file as far as it was asked for. */
export type SignedContent =
  | { readonly kind: 'digest'; readonly digest: Uint8Array }
  /** Throws RangeError for a digest that was not asked for. */
  | { readonly kind: 'digests'; digestOf(need: DigestNeed): Uint8Array }
  | { readonly kind: 'stream'; readonly blocks: AsyncIterable<Uint8Array> }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** For a signature that carries what it signs: digests in a list are compared elsewhere. */
  | { readonly kind: 'list' };

/** What a signature is over. */
export type Signs =
  /** One file, told by the signature's own name, or by whoever hands it in. */
  | { readonly kind: 'file'; readonly need: ContentNeed }
  /** The files in a list inside it. */
  | { readonly kind: 'list'; readonly list: SignedList }
  /** A text in the signature's own file, which may be a list of digests. */
  | { readonly kind: 'text'; readonly text: Uint8Array };

/** The key a signature was made with, as far as the bytes prove it. */
export interface SigningKey {
  /** See Signer in the contract. */
  readonly fingerprint: string;
  readonly keyType: string;
  /** The subject of a certificate, or the identity a provider confirmed, and who confirmed it. */
  readonly name?: string;
  readonly issuer?: string;
  /** See Signer in the contract. */
  readonly certificate?: string;
  readonly certificatePath?: readonly string[];
  /** When its certificate, or the key itself, ends; left out when it does not, or a time of signing is proven. */
  readonly validUntil?: Date;
  /** The root that proved the identity, and its youngest date. */
  readonly root?: { readonly label: string; readonly newestEntry: Date | null };
  /** Anchors that vouch for this very signer, in any state: they are its key, its authority, or its identity. */
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
  /** When somebody else (a transparency log, a timestamp authority) proves that the signature existed. */
  readonly provenAt?: Date;
  /**
   * What else was checked, each as a check of its own: `chain`, `log`, `revocation` of certificates, and `time` where the
   * format has a time in which a signer counts (else a general one is added). Without `path`, which is filled in.
   */
  readonly checks?: readonly Check[];
}

/** A signature file that could be read; nothing is verified yet. */
export interface OpenSignature {
  /** The format's id where only opening tells it. */
  readonly format?: string;
  readonly signs: Signs;
  /** One finding a signature: an envelope may hold several. Never none, and never throws for bad input. */
  check(
    content: SignedContent,
    question: TrustQuestion,
  ): Promise<readonly SignatureFinding[]> | readonly SignatureFinding[];
}

/**
 * One way in which files are signed. Each has a file of its own in this folder and a row in index.ts.
 *
 * To add one: recognise it by content (cheaply, since every small file is asked); open it strictly, answering a sentence
 * when it cannot be read; say what it signs; and in `check` verify the mathematics and find the anchors that vouch for the
 * signer. Everything else (which files are read and how often, missing and extra files, which anchor counts for which
 * model, revoked and expired anchors, the verdict) happens outside, the same for all formats. What is heavy to load
 * belongs into a file of its own that `open` or `check` imports when it is needed: the command line has to start fast.
 */
export interface SignatureFormat {
  /** As reports name it, and as anchors limit it. */
  readonly id: string;
  /** Is this content, or the beginning of it, meant to be of this format? Decided by content, never by name. */
  recognises(content: Uint8Array): boolean;
  /** A string is the reason why it cannot be read: the signature is there, and broken. */
  open(content: Uint8Array): Promise<OpenSignature | string> | OpenSignature | string;
}
