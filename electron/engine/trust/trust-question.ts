import type { AnchorPurpose, Revocation } from '#shared/contract/trust.ts';
import type { TrustAnchor } from './anchor.ts';
import type { EarlierRecords } from './excuse-expiry.ts';

/** What the site trusts and what it asks: everything a format may know beside the bytes. */
export interface TrustQuestion {
  readonly anchors: readonly TrustAnchor[];
  /** What no longer counts, beside revoked anchors. */
  readonly revocations: readonly Revocation[];
  /** What the bytes are to become: then the signer's anchor has to count for it. */
  readonly model?: string | undefined;
  /** What the signature has to vouch for. */
  readonly purpose: AnchorPurpose;
  /** The moment to judge times at. */
  readonly at: Date;
  /** What this site proved about the same bytes before; asked only when something has expired. */
  readonly records?: (() => EarlierRecords) | undefined;
}

/** What a verification stands on, whatever is verified. */
export type TrustBasis = Pick<TrustQuestion, 'anchors' | 'revocations' | 'at'>;

/** Who signed in, and where; compared exactly. */
export interface KeylessIdentity {
  readonly identity: string;
  readonly issuer: string;
}
