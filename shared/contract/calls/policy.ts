import { z } from 'zod';
import { Digest, LocationHandle, nothing, Reason, Timestamp } from '../basics.ts';
import {
  Attachment,
  EvidenceSubject,
  NewWaiver,
  Policy,
  PolicyDocument,
  PolicyPreview,
  Waiver,
  WaiverId,
} from '../policy.ts';

/** Calls about what may be published: the policy, waivers, reports of others. */
export const policyCalls = {
  'policy.get': { input: nothing, output: Policy },
  /** Newest first; the last is the one this version comes with. */
  'policy.history': { input: nothing, output: z.array(Policy) },
  'policy.set': {
    input: z.object({
      document: PolicyDocument,
      reason: Reason,
      /** The version that the person looked at; STATE-CONFLICT when it is not the newest any more. */
      basedOn: z.number().int().nonnegative(),
    }),
    output: Policy,
  },
  /** What a policy (the present one when left out) says to the releases held. Reads no bytes. */
  'policy.preview': { input: z.object({ document: PolicyDocument.optional() }), output: PolicyPreview },

  /** Signed by the unlocked key, else KEY-LOCKED. */
  'waivers.add': { input: NewWaiver, output: Waiver },
  'waivers.list': { input: z.object({ subject: Digest.optional() }), output: z.array(Waiver) },
  'waivers.revoke': { input: z.object({ id: WaiverId, reason: Reason }), output: Waiver },

  /** Keeps a report (a kiosk's, a laboratory's) by its digest, as evidence on an import or a release. */
  'evidence.attach': {
    input: z.object({
      to: EvidenceSubject,
      source: LocationHandle,
      tool: z.string().trim().min(1).max(200),
      toolVersion: z.string().trim().min(1).max(100).optional(),
      signaturesAt: Timestamp.optional(),
      outcome: Attachment.shape.outcome,
      detail: z.string().trim().max(2000).default(''),
    }),
    output: Attachment,
  },
  'evidence.list': { input: z.object({ of: EvidenceSubject }), output: z.array(Attachment) },
} as const;
