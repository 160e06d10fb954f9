import { z } from 'zod';
import { AuditEntry, AuditHead, AuditProof, AuditVerification } from '../audit.ts';
import { LocationHandle, nothing, Timestamp } from '../basics.ts';

/** Calls about the log of record. */
export const auditCalls = {
  'audit.head': { input: nothing, output: AuditHead },
  /** Newest first; `before` is the index of the last entry already seen. */
  'audit.list': {
    input: z.object({
      before: z.number().int().nonnegative().optional(),
      limit: z.number().int().min(1).max(500).default(100),
      /** Anywhere in the entry, whatever its case. */
      text: z.string().max(200).optional(),
      /** Exactly this person, exactly this act. */
      who: z.string().max(200).optional(),
      act: z.string().max(100).optional(),
      /** From this time on, and before that one. */
      since: Timestamp.optional(),
      until: Timestamp.optional(),
    }),
    output: z.array(AuditEntry),
  },
  'audit.verify': { input: nothing, output: AuditVerification },
  'audit.export': {
    input: z.object({ target: LocationHandle }),
    output: z.object({ file: z.string(), entries: z.number().int() }),
  },
  'audit.proof': { input: z.object({ index: z.number().int().nonnegative() }), output: AuditProof },
} as const;
