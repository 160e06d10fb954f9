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

/** What has to be proven beside "a signature holds". Every rule that names a model counts for it. */
export const TrustPolicy = z.object({
  signers: z.array(SignersRule).max(200),
  /** Age of the oldest trust data that a verification used; null: no limit. */
  freshness: z.object({ warnDays: days.nullable(), failDays: days.nullable() }),
});
export type TrustPolicy = z.infer<typeof TrustPolicy>;

/** The policy in force; `setAt` and `setBy` are null for the one that Sallyport comes with. */
export const TrustPolicyInForce = z.object({
  policy: TrustPolicy,
  setAt: Timestamp.nullable(),
  setBy: z.string().nullable(),
});
export type TrustPolicyInForce = z.infer<typeof TrustPolicyInForce>;
