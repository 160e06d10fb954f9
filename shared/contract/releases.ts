import { z } from 'zod';
import {
  ChannelName,
  Digest,
  ImportId,
  ModelName,
  ReleaseRef,
  SizeBytes,
  Timestamp,
  Version,
} from './basics.ts';
import { Check, Verdict, VerifyReport } from './evidence.ts';
import { ScanSummary } from './scan.ts';

/** What a file is for; decides its media type in the manifest. */
export const FileRole = z.enum(['weight', 'config', 'doc', 'code', 'dataset', 'provenance']);
export type FileRole = z.infer<typeof FileRole>;

export const ReleaseFile = z.object({
  path: z.string(),
  role: FileRole,
  mediaType: z.string(),
  digest: Digest,
  sizeBytes: SizeBytes,
});
export type ReleaseFile = z.infer<typeof ReleaseFile>;

export const ReleaseState = z.enum(['published', 'deprecated', 'revoked']);

export const ReleaseSummary = z.object({
  model: ModelName,
  version: Version,
  manifestDigest: Digest,
  state: ReleaseState,
  sizeBytes: SizeBytes,
  fileCount: z.number().int(),
  verdict: Verdict,
  publishedAt: Timestamp,
  publishedBy: z.string(),
  /** Channels that point here now. */
  channels: z.array(ChannelName),
  /** Servers where a channel's live link points here, as last seen. */
  runsOn: z.array(z.string()),
});
export type ReleaseSummary = z.infer<typeof ReleaseSummary>;

/** What somebody says and bytes cannot prove. */
export const Claim = z.object({ name: z.string(), value: z.string(), source: z.string() });
export type Claim = z.infer<typeof Claim>;

export const ReleaseDetail = ReleaseSummary.extend({
  importId: ImportId,
  source: z.string(),
  files: z.array(ReleaseFile),
  manifest: z.string(),
  /** As it was when the release was published. */
  evidence: VerifyReport,
  /** The newest time it was verified again, with the scan as it is now; null when it was not since it was published. */
  verifiedAgain: z.object({ at: Timestamp, by: z.string(), evidence: VerifyReport }).nullable(),
  /** Judged by the policy and the waivers of now; null when this version has not scanned it. */
  scan: ScanSummary.nullable(),
  claims: z.array(Claim),
  lifecycle: z.array(
    z.object({
      at: Timestamp,
      by: z.string(),
      state: ReleaseState,
      reason: z.string(),
      successor: Version.optional(),
      effectiveAt: Timestamp.optional(),
    }),
  ),
});
export type ReleaseDetail = z.infer<typeof ReleaseDetail>;

export const FileChange = z.object({
  path: z.string(),
  change: z.enum(['identical', 'changed', 'added', 'removed']),
  before: ReleaseFile.optional(),
  after: ReleaseFile.optional(),
});
export const ReleaseDiff = z.object({
  before: ReleaseRef.extend({ manifestDigest: Digest }),
  after: ReleaseRef.extend({ manifestDigest: Digest }),
  files: z.array(FileChange),
  /** Bytes of `after` that `before` does not have. */
  newBytes: SizeBytes,
});
export type ReleaseDiff = z.infer<typeof ReleaseDiff>;

/** Channel -> release at a time, by a person, with a reason. */
export const Pin = z.object({
  model: ModelName,
  channel: ChannelName,
  version: Version,
  manifestDigest: Digest,
  at: Timestamp,
  by: z.string(),
  reason: z.string(),
});
export type Pin = z.infer<typeof Pin>;

export const Channel = z.object({
  model: ModelName,
  channel: ChannelName,
  current: Pin,
  history: z.array(Pin),
});
export type Channel = z.infer<typeof Channel>;

export const ImportState = z.enum(['receiving', 'quarantined', 'published', 'rejected', 'failed']);

export const ImportSummary = z.object({
  id: ImportId,
  model: ModelName,
  version: Version,
  state: ImportState,
  /** Label of the volume or folder, as the operator saw it. */
  source: z.string(),
  sizeBytes: SizeBytes,
  fileCount: z.number().int(),
  verdict: Verdict,
  startedAt: Timestamp,
  startedBy: z.string(),
  manifestDigest: Digest.nullable(),
});
export type ImportSummary = z.infer<typeof ImportSummary>;

/** May it be published, and why not. Pure policy over evidence. */
export const PublishDecision = z.object({
  allowed: z.boolean(),
  /** Publishing is possible if a person accepts the missing signature with a reason. */
  needsUnsignedAcceptance: z.boolean(),
  /** Publishing is possible if a person accepts with a reason what the policy wants looked at. */
  needsReviewAcceptance: z.boolean(),
  reasons: z.array(Check),
});
export type PublishDecision = z.infer<typeof PublishDecision>;

export const ImportDetail = ImportSummary.extend({
  files: z.array(ReleaseFile),
  evidence: VerifyReport.nullable(),
  /** Judged by the policy and the waivers of now; null when this version has not scanned it. */
  scan: ScanSummary.nullable(),
  decision: PublishDecision,
  reason: z.string().nullable(),
});
export type ImportDetail = z.infer<typeof ImportDetail>;
