import type { AnchorPurpose, Revocation } from '#shared/contract/trust.ts';
import type { TrustAnchor } from './anchor.ts';

/** How strict the site is where the formats leave a choice. */
export interface TrustPolicy {
  /** A certificate or key that is outside its time now, without a proven time of signing: does that fail, or warn? */
  readonly expired: 'fail' | 'warn';
  /** Distinct owners of anchors whose signatures have to hold. */
  readonly signersNeeded: number;
  /** Trust data older than this warns; null: never. */
  readonly staleAfterDays: number | null;
}

/** What holds unless the site decides otherwise: nothing passes silently. */
export const defaultTrustPolicy: TrustPolicy = { expired: 'fail', signersNeeded: 1, staleAfterDays: null };

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
  readonly policy: TrustPolicy;
}

/** What a verification stands on, whatever is verified. */
export type TrustBasis = Pick<TrustQuestion, 'anchors' | 'revocations' | 'at'>;

/** Who signed in, and where; compared exactly. */
export interface KeylessIdentity {
  readonly identity: string;
  readonly issuer: string;
}
