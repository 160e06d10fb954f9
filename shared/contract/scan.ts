import { z } from 'zod';
import { Digest, SizeBytes, Timestamp } from './basics.ts';

/**
 * What the static checks of weight files say. `pass`: under this policy no construct was found that runs code or is malformed,
 * and every byte was looked at. Never "safe". `review`: a person has to look. `block`: it may not come in.
 */
export const ScanVerdict = z.enum(['pass', 'review', 'block']);
export type ScanVerdict = z.infer<typeof ScanVerdict>;

/** How grave a finding is. Which verdict it gives is up to the policy; by default critical blocks, high and warning ask for review. */
export const Severity = z.enum(['info', 'warning', 'high', 'critical']);
export type Severity = z.infer<typeof Severity>;

/** Something that was found in a file, where, and by which rule. Text from the file stands in it escaped, never as it is. */
export const Finding = z.object({
  /** Id of a rule, e.g. `pickle.global-denied`; the table of rules says why it matters and what can be done. */
  rule: z.string(),
  severity: Severity,
  /** What was found, as a sentence for a person. */
  detail: z.string(),
  /** Which of the things inside the file: an archive's member (`data.pkl`, `a.zip!b.pkl`). */
  member: z.string().optional(),
  /** Byte offset in the file, or in the member when one is named. */
  offset: z.number().int().nonnegative().optional(),
  /** Tensor, key or name that it is about. */
  subject: z.string().optional(),
});
export type Finding = z.infer<typeof Finding>;

/** What a policy makes of a finding: it may not come in, a person has to look, or it is only said. */
export const RuleEffect = z.enum(['block', 'review', 'note']);
export type RuleEffect = z.infer<typeof RuleEffect>;

/** A finding with what the policy makes of it. */
export const JudgedFinding = Finding.extend({
  effect: RuleEffect,
  /** Id of the waiver that accepts it for this digest; then it counts for nothing, and stays visible. */
  waiver: z.string().optional(),
});
export type JudgedFinding = z.infer<typeof JudgedFinding>;

export const FileScan = z.object({
  path: z.string(),
  /** As identified by content; `unknown` when it could not be, `not-a-file` for links, devices and unusable names. */
  format: z.string(),
  verdict: ScanVerdict,
  sizeBytes: SizeBytes,
  /** What was not read is not clean. */
  bytesRead: SizeBytes,
  /** Of the file's bytes, what a waiver names; null where nobody computed it (a scan in place). */
  digest: Digest.nullable(),
  findings: z.array(JudgedFinding),
});
export type FileScan = z.infer<typeof FileScan>;

/** How many findings come to what. Waived ones are counted there alone. */
export const FindingCounts = z.object({
  block: z.number().int(),
  review: z.number().int(),
  note: z.number().int(),
  waived: z.number().int(),
});
export type FindingCounts = z.infer<typeof FindingCounts>;

/** Which policy a verdict rests on. */
export const PolicyRef = z.object({
  id: z.string(),
  /** 0 is the policy this version comes with; each change by a person adds one. */
  version: z.number().int(),
  digest: Digest,
});
export type PolicyRef = z.infer<typeof PolicyRef>;

/** What `scan --json` prints. Stays stable. */
export const ScanReport = z.object({
  verdict: ScanVerdict,
  files: z.array(FileScan),
  /** Of all files together, e.g. an index that names a shard that is not there; `path` names the file it is about. */
  across: z.array(JudgedFinding.extend({ path: z.string() })),
  counts: FindingCounts,
  /** What was to be read: every byte, or everything but tensor data. */
  extent: z.enum(['all', 'structure']),
  sizeBytes: SizeBytes,
  bytesRead: SizeBytes,
  policy: PolicyRef,
  /** Digest of the table of rules and their versions: a finding belongs to it. */
  scanner: Digest,
  scannedAt: Timestamp,
});
export type ScanReport = z.infer<typeof ScanReport>;

/** A report without its findings, for lists and heads. */
export const ScanSummary = ScanReport.omit({ files: true, across: true }).extend({
  fileCount: z.number().int(),
});
export type ScanSummary = z.infer<typeof ScanSummary>;

/** Per-tensor facts, computed in one sequential pass. Numbers that JSON cannot hold (NaN, Infinity) are null. */
export const TensorStatistics = z.object({
  nan: z.number().int(),
  inf: z.number().int(),
  zero: z.number().int(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  mean: z.number().nullable(),
  /** Euclidean norm of the finite values. */
  norm: z.number().nullable(),
});
export type TensorStatistics = z.infer<typeof TensorStatistics>;

export const Tensor = z.object({
  name: z.string(),
  /** As the format names it, e.g. `BF16`, `F32`, `Q4_K`. */
  dtype: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  sizeBytes: SizeBytes,
  /** Byte offset of its data in the file. */
  offset: z.number().int().nonnegative(),
  /** SHA-256 over dtype, shape and bytes: equal for equal tensors wherever they lie. */
  digest: Digest,
  /** Null for types whose values are packed in blocks. */
  statistics: TensorStatistics.nullable(),
});
export type Tensor = z.infer<typeof Tensor>;

/** The table of rules as people and policies see it. */
export const ScanRule = z.object({
  id: z.string(),
  /** Grows when what the rule finds changes. */
  version: z.number().int(),
  severity: Severity,
  /** A few words, e.g. `a callable that is not on the list`. */
  title: z.string(),
  /** Why it matters, one sentence. */
  why: z.string(),
  /** What can be done, one sentence. */
  next: z.string(),
});
export type ScanRule = z.infer<typeof ScanRule>;
