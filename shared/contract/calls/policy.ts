import { z } from 'zod';
import { Digest, LocationHandle, nothing, Reason, Timestamp } from '../basics.ts';
import { Check, Verdict } from '../evidence.ts';
import { EvidenceDocument, ExportSubject, WrittenEvidence } from '../evidence-document.ts';
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
  /** Everything needed to check the evidence again elsewhere. Reads signatures and lists, no weights. */
  'evidence.document': { input: z.object({ of: ExportSubject }), output: EvidenceDocument },
  /** Writes that document as canonical JSON: into a folder under a name of its own, else as this file. */
  'evidence.export': {
    input: z.object({
      of: ExportSubject,
      target: LocationHandle,
      /** A person was asked and agreed to replace what is there. */
      replace: z.boolean().default(false),
    }),
    output: WrittenEvidence,
  },
  /** Checks such a file with nothing but itself and the key of the site that made it, in the form that signed notes have. */
  'evidence.check': {
    input: z.object({ source: LocationHandle, logKey: z.string().max(500).optional() }),
    output: z.object({ subject: EvidenceDocument.shape.subject, verdict: Verdict, checks: z.array(Check) }),
  },
  'evidence.list': { input: z.object({ of: EvidenceSubject }), output: z.array(Attachment) },
} as const;
