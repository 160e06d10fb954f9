import { z } from 'zod';
import { Timestamp } from './basics.ts';
import { Check } from './evidence.ts';

/** The body that is hashed into the log, as canonical JSON (RFC 8785). */
export const AuditBody = z.object({
  act: z.string(),
  who: z.string(),
  /** Fingerprint of the key that was unlocked, or null when only the operating system's user is known. */
  key: z.string().nullable(),
  at: Timestamp,
  outcome: z.enum(['done', 'refused', 'failed']),
  /** What it was done to, e.g. `silero-vad@5.0.0`, `gpu-01`, and what belongs to it by digest. */
  object: z.string(),
  subjects: z.array(z.object({ name: z.string(), digest: z.string() })),
  reason: z.string().nullable(),
  details: z.record(z.string(), z.string()),
});
export type AuditBody = z.infer<typeof AuditBody>;

export const AuditEntry = z.object({
  index: z.number().int(),
  /** RFC 6962 leaf hash, hex. */
  leafHash: z.string(),
  body: AuditBody,
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditHead = z.object({
  size: z.number().int(),
  rootHash: z.string(),
  /** The signed note (C2SP) over this head; null on an empty log. */
  checkpoint: z.string().nullable(),
});
export type AuditHead = z.infer<typeof AuditHead>;

export const AuditVerification = z.object({
  ok: z.boolean(),
  head: AuditHead,
  checks: z.array(Check),
  verifiedAt: Timestamp,
});
export type AuditVerification = z.infer<typeof AuditVerification>;

/** Inclusion proof of one entry, checkable with the log's public key alone (RFC 6962, section 2.1.1). */
export const AuditProof = z.object({
  entry: AuditEntry,
  leaf: z.string(),
  path: z.array(z.string()),
  head: AuditHead,
  logKey: z.string(),
});
export type AuditProof = z.infer<typeof AuditProof>;
