import { z } from 'zod';
import { LocationHandle, nothing, Reason, Timestamp } from '../basics.ts';
import { Anchor, AnchorCandidate, AnchorPurpose, ModelGlob } from '../trust.ts';

/** Calls about the keys and identities whose signatures count. */
export const anchorCalls = {
  /** Public keys in a file, for a person to compare before `anchors.add`. */
  'anchors.inspect': { input: z.object({ source: LocationHandle }), output: z.array(AnchorCandidate) },
  'anchors.add': {
    input: z.object({
      source: LocationHandle,
      /** The fingerprint that the person confirmed; picks the key and guards against a swap in between. */
      fingerprint: z.string().min(8).max(512),
      owner: z.string().trim().min(1).max(200),
      models: z.array(ModelGlob).min(1).max(100),
      /** Ids of the formats it may sign in; empty: any. */
      formats: z.array(z.string().min(1).max(64)).max(32).default([]),
      purposes: z
        .array(AnchorPurpose)
        .min(1)
        .default(['models', 'transfer-sets', 'receipts', 'attestations']),
      /** From then on the site no longer relies on it. */
      expiresAt: Timestamp.optional(),
      /** For a trusted root: who has to have signed in, and where. */
      identity: z.string().min(1).max(1000).optional(),
      issuer: z.string().min(1).max(1000).optional(),
    }),
    output: Anchor,
  },
  'anchors.list': { input: nothing, output: z.array(Anchor) },
  'anchors.remove': { input: z.object({ id: z.string(), reason: Reason }), output: nothing },
  'anchors.revoke': { input: z.object({ id: z.string(), reason: Reason }), output: Anchor },
} as const;
