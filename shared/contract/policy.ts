import { z } from 'zod';
import { Digest, ImportId, Reason, ReleaseRef, SizeBytes, Timestamp } from './basics.ts';
import { PolicyRef, RuleEffect, ScanVerdict, type Severity } from './scan.ts';

/** A rule by its id (`pickle.global-denied`), or a family of rules (`pickle.*`). */
export const RulePattern = z
  .string()
  .max(100)
  .regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:\.\*)?$/);

/** Id of one rule, of the scan's table or of the policy's own conditions. */
export const RuleId = z
  .string()
  .max(100)
  .regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/);

/** A condition that is not about a finding; `off` leaves it unasked. */
export const ConditionEffect = z.enum(['block', 'review', 'off']);

/** What a site allows in. The rules it names exist or may come with a later version; both is allowed. */
export const PolicyDocument = z.object({
  /** What a finding comes to where no rule below says otherwise. */
  severities: z.object({
    info: RuleEffect,
    warning: RuleEffect,
    high: RuleEffect,
    critical: RuleEffect,
  } satisfies Record<Severity, typeof RuleEffect>),
  /** By rule or family; a rule's own entry counts before its family's, and a longer family before a shorter one. */
  rules: z.record(RulePattern, RuleEffect),
  /** Nothing is signed: `review` lets a person accept that with a reason. An invalid signature always blocks. */
  unsigned: z.enum(['block', 'review']),
  /** Formats that may come in, as the scan names them; null allows every format that is identified. */
  formats: z.array(z.string().max(64)).max(200).nullable(),
  /** A file of another format. */
  otherFormat: ConditionEffect,
  /** No outside scanner (a virus scanner, a kiosk) has looked at it. */
  noOutsideScan: ConditionEffect,
});
export type PolicyDocument = z.infer<typeof PolicyDocument>;

/** A policy as it holds from a time on. Never edited: a change is a new version. */
export const Policy = PolicyRef.extend({
  document: PolicyDocument,
  changedAt: Timestamp.nullable(),
  changedBy: z.string().nullable(),
  reason: z.string().nullable(),
});
export type Policy = z.infer<typeof Policy>;

/** What one rule would do to the releases held here. */
export const RuleImpact = z.object({
  rule: z.string(),
  effect: RuleEffect,
  /** Findings that no waiver accepts. */
  findings: z.number().int(),
  waived: z.number().int(),
  releases: z.array(ReleaseRef),
});
export type RuleImpact = z.infer<typeof RuleImpact>;

/** What a policy makes of a rule, and by which of its entries. */
export const RuleSetting = z.object({
  rule: z.string(),
  effect: RuleEffect,
  /** The entry that says so: the rule itself, or a family (`pickle.*`); null when its severity does. */
  entry: RulePattern.nullable(),
});
export type RuleSetting = z.infer<typeof RuleSetting>;

/** What a policy would say to what is here. `null`: it was not scanned by this version. */
export const PolicyPreview = z.object({
  /** Every rule of the scan, hit or not. */
  settings: z.array(RuleSetting),
  rules: z.array(RuleImpact),
  releases: z.array(
    ReleaseRef.extend({
      manifestDigest: Digest,
      now: ScanVerdict.nullable(),
      then: ScanVerdict.nullable(),
    }),
  ),
});
export type PolicyPreview = z.infer<typeof PolicyPreview>;

export const WaiverId = z.string().regex(/^wvr-[0-9a-f]{16}$/);

/** A recorded, signed decision to accept one rule for one digest: of a file, or of a release's manifest. */
export const Waiver = z.object({
  id: WaiverId,
  subject: Digest,
  /** A rule of the scan, or what another check is waived by, e.g. `signature`. */
  rule: z.string(),
  /** What a person calls the subject, e.g. `silero-vad@5.0.0: model.pt`. A label, never proof. */
  object: z.string(),
  reason: z.string(),
  grantedAt: Timestamp,
  grantedBy: z.string(),
  /** Fingerprint of the key that signed it. */
  key: z.string(),
  expiresAt: Timestamp.nullable(),
  revoked: z.object({ at: Timestamp, by: z.string(), reason: z.string() }).nullable(),
  /** Only an active one counts. `invalid`: its signature does not hold, or the row says other things than what was signed. */
  state: z.enum(['active', 'expired', 'revoked', 'invalid']),
  /** The DSSE envelope over its in-toto statement, as JSON: checkable without Sallyport. */
  envelope: z.string(),
});
export type Waiver = z.infer<typeof Waiver>;

/** What is being accepted, by whom it is asked for. */
export const NewWaiver = z.object({
  subject: Digest,
  rule: RuleId,
  object: z.string().trim().min(1).max(500),
  reason: Reason,
  expiresAt: Timestamp.optional(),
});
export type NewWaiver = z.infer<typeof NewWaiver>;

export const EvidenceSubject = z.union([z.object({ import: ImportId }), z.object({ release: ReleaseRef })]);
export type EvidenceSubject = z.infer<typeof EvidenceSubject>;

/** Evidence from outside: what a virus scanner that is present said, or a file that a person attached. */
export const Attachment = z.object({
  id: z.string(),
  at: Timestamp,
  by: z.string(),
  kind: z.enum(['virus-scan', 'report']),
  /** Whose result it is, e.g. `ClamAV`, `kiosk 3`. */
  tool: z.string(),
  toolVersion: z.string().nullable(),
  /** Date of the signatures (definitions) that were used. */
  signaturesAt: Timestamp.nullable(),
  /** `infected` blocks; `unknown` is what a person has to read. `clean` never is proof. */
  outcome: z.enum(['clean', 'infected', 'unknown']),
  detail: z.string(),
  /** The attached report, kept in the home by its digest. */
  file: z.object({ name: z.string(), digest: Digest, sizeBytes: SizeBytes }).nullable(),
});
export type Attachment = z.infer<typeof Attachment>;
