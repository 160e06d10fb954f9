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
import { Anchor, Revocation } from './trust.ts';

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
