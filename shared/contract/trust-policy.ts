import { z } from 'zod';
import { Timestamp } from './basics.ts';
import { ModelGlob } from './trust.ts';

/** How many different owners have to vouch for some models, and in which way. */
export const SignersRule = z.object({
  models: z.array(ModelGlob).min(1).max(100),
  /** Distinct owners of anchors whose signatures hold. */
  required: z.number().int().min(1).max(16),
  /** The owners that count; empty: every owner of an anchor. */
  owners: z.array(z.string().trim().min(1).max(200)).max(64),
  /** Ids of the formats that count, e.g. `oms`; empty: every format. */
  formats: z.array(z.string().min(1).max(64)).max(32),
});
export type SignersRule = z.infer<typeof SignersRule>;

const days = z.number().int().min(1).max(36_500);

/** What has to be proven beside "a signature holds", in whatever format. Every rule that names a model counts for it. */
export const TrustPolicy = z.object({
  signers: z.array(SignersRule).max(200),
  freshness: z.object({
    /** Age of the oldest trust data that a verification used, since somebody confirmed it here; null: no limit. */
    warnDays: days.nullable(),
    failDays: days.nullable(),
    /** Age of the youngest date in a Sigstore root that was used, from which on it warns; null: no limit. */
    rootWarnDays: days.nullable().default(null),
  }),
  /**
   * A certificate or key that expired since its bytes came in: `proven-at-import` lets this site's own signed record excuse it,
   * when that was made in time and on trust data that was fresh enough; `fail` lets nothing excuse it.
   */
  expired: z.enum(['proven-at-import', 'fail']).default('proven-at-import'),
});
export type TrustPolicy = z.infer<typeof TrustPolicy>;

/** The policy in force; `setAt` and `setBy` are null for the one that Sallyport comes with. */
export const TrustPolicyInForce = z.object({
  policy: TrustPolicy,
  setAt: Timestamp.nullable(),
  setBy: z.string().nullable(),
});
export type TrustPolicyInForce = z.infer<typeof TrustPolicyInForce>;
