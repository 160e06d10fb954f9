import { z } from 'zod';
import { Timestamp } from './basics.ts';
import { Check } from './evidence.ts';
import { AcceptedPack } from './trust-pack.ts';
import { TrustPolicyInForce } from './trust-policy.ts';

/** How old and how sure everything is that verification relies on. */
export const TrustStatus = z.object({
  policy: TrustPolicyInForce,
  /** The pack in force, and every pack ever accepted, newest first. */
  pack: AcceptedPack.nullable(),
  packs: z.array(AcceptedPack),
  packAgeDays: z.number().int().nullable(),
  oldestAnchorDays: z.number().int().nullable(),
  clock: z.object({
    now: Timestamp,
    /** Now cannot be earlier than this: the newest signed time that was seen, and where. */
    floor: Timestamp.nullable(),
    floorSource: z.string().nullable(),
    behind: z.boolean(),
  }),
  /** Age of trust data, the pack's limit, anchors past their time, the clock. */
  checks: z.array(Check),
});
export type TrustStatus = z.infer<typeof TrustStatus>;
