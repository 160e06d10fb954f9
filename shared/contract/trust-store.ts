import { z } from 'zod';
import {
  ChannelName,
  Digest,
  ImportId,
  ModelName,
  ReleaseRef,
  ServerName,
  Timestamp,
  Version,
} from './basics.ts';
import { Check } from './evidence.ts';
import { Anchor, Revocation } from './trust.ts';
import { TrustPolicyInForce } from './trust-policy.ts';

/** An anchor that no longer counts and stays on record. */
export const RetiredAnchor = Anchor.extend({
  retiredAt: Timestamp,
  retiredBy: z.string(),
  retiredReason: z.string(),
});
export type RetiredAnchor = z.infer<typeof RetiredAnchor>;

/** What a revocation hits at this site now. */
export const Affected = z.object({
  /** `path` is the file that is revoked; null when the whole release, or whoever signed it, is. */
  releases: z.array(ReleaseRef.extend({ manifestDigest: Digest, path: z.string().nullable() })),
  /** Channels that are pinned to one of these releases. */
  channels: z.array(z.object({ model: ModelName, channel: ChannelName, version: Version })),
  /** Servers where one of them is live, as last seen. */
  servers: z.array(
    z.object({ server: ServerName, model: ModelName, channel: ChannelName, version: Version }),
  ),
  /** Imports that wait for a decision. */
  imports: z.array(ReleaseRef.extend({ id: ImportId })),
});
export type Affected = z.infer<typeof Affected>;

/** A revocation on record here. Those of trust packs stay; one that was decided here can be lifted with a reason. */
export const SiteRevocation = Revocation.extend({
  id: z.string(),
  recordedAt: Timestamp,
  recordedBy: z.string(),
  /** Number of the trust pack that it came with; null when it was decided here. */
  pack: z.number().int().nullable(),
  liftedAt: Timestamp.nullable(),
  liftedBy: z.string().nullable(),
  liftedReason: z.string().nullable(),
  affects: Affected,
});
export type SiteRevocation = z.infer<typeof SiteRevocation>;

/** Whose signatures make a trust pack count: `threshold` of these keys. */
export const TrustRoots = z.object({
  threshold: z.number().int(),
  keys: z.array(z.object({ name: z.string(), fingerprint: z.string() })),
});

/** What a trust pack says about itself. */
export const TrustPackSummary = z.object({
  authority: z.string(),
  number: z.number().int(),
  createdAt: Timestamp,
  /** That many days after `createdAt` its anchors no longer count. */
  maxAgeDays: z.number().int(),
  expiresAt: Timestamp,
  digest: Digest,
  roots: TrustRoots,
  anchors: z.number().int(),
  revocations: z.number().int(),
});
export type TrustPackSummary = z.infer<typeof TrustPackSummary>;

export const AcceptedPack = TrustPackSummary.extend({
  acceptedAt: Timestamp,
  acceptedBy: z.string(),
  /** Why a person went back to an older number; null for every other pack. */
  olderReason: z.string().nullable(),
});
export type AcceptedPack = z.infer<typeof AcceptedPack>;

/** A trust pack, looked at; nothing was accepted. */
export const TrustPackInspection = z.object({
  /** Null when it cannot be read. */
  pack: TrustPackSummary.nullable(),
  /** Names of the roots whose signatures hold. */
  signedBy: z.array(z.string()),
  /** No check failed: `trust.pack.accept` would take it. */
  acceptable: z.boolean(),
  checks: z.array(Check),
  /** Against what counts now: anchors as `owner, fingerprint`, revocations by their value. */
  changes: z.object({
    added: z.array(z.string()),
    dropped: z.array(z.string()),
    kept: z.number().int(),
    revoked: z.array(z.string()),
    rootsChange: z.boolean(),
  }),
});
export type TrustPackInspection = z.infer<typeof TrustPackInspection>;

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
