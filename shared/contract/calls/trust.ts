import { z } from 'zod';
import { Digest, Location, LocationHandle, nothing, PersonName, Reason, Timestamp } from '../basics.ts';
import { Anchor, AnchorPurpose, ModelGlob, Revocation } from '../trust.ts';
import { TrustPolicy, TrustPolicyInForce } from '../trust-policy.ts';
import { AcceptedPack, TrustPackDetail, TrustPackInspection, TrustPackSummary } from '../trust-pack.ts';
import { TrustStatus } from '../trust-status.ts';
import { Affected, RetiredAnchor, SiteRevocation } from '../trust-store.ts';

const fingerprint = z.string().min(8).max(512);
const revoked = z.object({ kind: Revocation.shape.kind, value: Revocation.shape.value });
const signedPack = z.object({
  file: z.string(),
  /** Where it lies, for the next signature. */
  location: Location,
  pack: TrustPackSummary,
  /** Root holders whose signatures hold. */
  signedBy: z.array(z.string()),
});

/** Calls about what is trusted, how old that is, and what no longer counts. */
export const trustCalls = {
  'trust.status': { input: nothing, output: TrustStatus },
  'trust.policy.get': { input: nothing, output: TrustPolicyInForce },
  'trust.policy.set': {
    input: z.object({ policy: TrustPolicy, reason: Reason }),
    output: TrustPolicyInForce,
  },

  /** Confirmed anew from media: the same key with the same fingerprint is in this file, and a person compared it. */
  'anchors.refresh': {
    input: z.object({ id: z.string(), source: LocationHandle, fingerprint }),
    output: Anchor,
  },
  /**
   * Sets anew what an anchor counts for; what it is and whose it is stays. Refused for one that came with a trust pack, which
   * only a newer pack changes, and for one that is revoked.
   */
  'anchors.limit': {
    input: z.object({
      id: z.string(),
      models: z.array(ModelGlob).min(1).max(100),
      formats: z.array(z.string().min(1).max(64)).max(32),
      purposes: z.array(AnchorPurpose).min(1),
      /** From then on the site no longer relies on it; null: no such day. */
      expiresAt: Timestamp.nullable(),
      reason: Reason,
    }),
    output: Anchor,
  },
  /** Anchors that no longer count: removed by a person, or dropped by a trust pack. Newest first. */
  'anchors.history': { input: nothing, output: z.array(RetiredAnchor) },

  /** Packs at the top of the volumes that are plugged in; nothing is said about their signatures. */
  'trust.pack.find': {
    input: nothing,
    output: z.array(z.object({ source: Location, volume: z.string(), pack: TrustPackSummary })),
  },
  /** `roots`: fingerprints that the person compared; only the first pack needs them. */
  'trust.pack.inspect': {
    input: z.object({ source: LocationHandle, roots: z.array(fingerprint).max(16).default([]) }),
    output: TrustPackInspection,
  },
  'trust.pack.accept': {
    input: z.object({
      source: LocationHandle,
      roots: z.array(fingerprint).max(16).default([]),
      /** Why to go back to an older number; without it an older pack is refused. */
      olderReason: Reason.optional(),
    }),
    output: AcceptedPack,
  },
  /** Newest acceptance first; the first is in force. */
  'trust.pack.list': { input: nothing, output: z.array(AcceptedPack) },
  /** One of them: the same pack may have been accepted twice, at different times. */
  'trust.pack.get': {
    input: z.object({ digest: Digest, acceptedAt: Timestamp }),
    output: TrustPackDetail,
  },
  /** A pack of this site's anchors and revocations, signed by the unlocked key. */
  'trust.pack.create': {
    input: z.object({
      target: LocationHandle,
      maxAgeDays: z.number().int().min(1).max(36_500).default(365),
      /** Public key files of the root holders, and people of this site; left out: those of the pack in force. */
      roots: z
        .object({
          threshold: z.number().int().min(1).max(16),
          keys: z.array(LocationHandle).max(16).default([]),
          people: z.array(PersonName).max(16).default([]),
        })
        .optional(),
    }),
    output: signedPack,
  },
  /** Adds the signature of the unlocked key to the file. */
  'trust.pack.sign': { input: z.object({ source: LocationHandle }), output: signedPack },

  'trust.revocations.list': {
    input: z.object({ lifted: z.boolean().default(false) }),
    output: z.array(SiteRevocation),
  },
  /** What a revocation would hit, before anybody decides. */
  'trust.revocations.affects': { input: revoked, output: Affected },
  'trust.revocations.add': { input: revoked.extend({ reason: Reason }), output: SiteRevocation },
  'trust.revocations.lift': { input: z.object({ id: z.string(), reason: Reason }), output: SiteRevocation },
} as const;
