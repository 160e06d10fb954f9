import { z } from 'zod';
import { Digest, ModelName, Timestamp } from './basics.ts';
import { Check } from './evidence.ts';
import { Anchor, Revocation } from './trust.ts';
import { Affected } from './trust-store.ts';

/** Whose signatures make a trust pack count: `threshold` of these keys. */
export const TrustRoots = z.object({
  threshold: z.number().int(),
  keys: z.array(z.object({ name: z.string(), fingerprint: z.string() })),
});

/** What a trust pack says about itself. */
export const TrustPackSummary = z.object({
  authority: ModelName,
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

/** Root keys of which `threshold` have to sign a pack, and which of them did. */
export const PackQuorum = z.object({
  /** `in-force`: the roots that this site accepted before. `named`: those that the pack names itself. */
  roots: z.enum(['in-force', 'named']),
  threshold: z.number().int(),
  keys: z.array(z.object({ name: z.string(), fingerprint: z.string(), signed: z.boolean() })),
});
export type PackQuorum = z.infer<typeof PackQuorum>;

const AnchorLimits = Anchor.pick({ owner: true, models: true, formats: true, purposes: true });

/** An anchor that a pack brings, limits in another way, or no longer holds. */
export const PackAnchorChange = AnchorLimits.extend({
  change: z.enum(['added', 'limited', 'dropped']),
  kind: Anchor.shape.kind,
  fingerprint: z.string(),
  identity: Anchor.shape.identity,
  /** What it counted for until then; only for `limited`. */
  before: AnchorLimits.nullable(),
});
export type PackAnchorChange = z.infer<typeof PackAnchorChange>;

/** A revocation that a pack brings, or that an earlier one brought and it does not repeat: that one stays in force. */
export const PackRevocationChange = Revocation.extend({ change: z.enum(['added', 'left-out']) });
export type PackRevocationChange = z.infer<typeof PackRevocationChange>;

/** What changes when a pack takes the place of the one before it. */
export const PackChanges = z.object({
  anchors: z.array(PackAnchorChange),
  /** Anchors that stay as they are. */
  kept: z.number().int(),
  revocations: z.array(PackRevocationChange),
  rootsChange: z.boolean(),
});
export type PackChanges = z.infer<typeof PackChanges>;

/** A trust pack, looked at; nothing was accepted. */
export const TrustPackInspection = z.object({
  /** Null when it cannot be read. */
  pack: TrustPackSummary.nullable(),
  /** The pack in force, which it would replace. */
  current: AcceptedPack.nullable(),
  /** Names of the roots whose signatures hold. */
  signedBy: z.array(z.string()),
  /** Everybody who has to agree: after a change of roots, both the old and the new ones. */
  quorums: z.array(PackQuorum),
  /** No check failed: `trust.pack.accept` would take it. */
  acceptable: z.boolean(),
  checks: z.array(Check),
  changes: PackChanges,
  /** What its new revocations would hit here. */
  affects: Affected,
});
export type TrustPackInspection = z.infer<typeof TrustPackInspection>;

/** An accepted pack with what it changed against the one accepted before it, whatever was decided here beside them. */
export const TrustPackDetail = z.object({
  pack: AcceptedPack,
  /** The pack that it replaced. */
  before: z.object({ number: z.number().int(), acceptedAt: Timestamp }).nullable(),
  quorums: z.array(PackQuorum),
  changes: PackChanges,
});
export type TrustPackDetail = z.infer<typeof TrustPackDetail>;
