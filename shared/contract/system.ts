import { z } from 'zod';
import { Timestamp } from './basics.ts';
import { Check } from './evidence.ts';

export const SiteInfo = z.object({
  /** Name of this site: the origin in transfer sets and receipts. */
  site: z.string(),
  version: z.string(),
  homeLabel: z.string(),
  platform: z.string(),
});
export type SiteInfo = z.infer<typeof SiteInfo>;

export const HashAlgorithm = z.enum(['sha256', 'sha384', 'sha512', 'blake2b-512', 'blake3', 'xxh3']);
export type HashAlgorithm = z.infer<typeof HashAlgorithm>;

/** One row of the table `doctor` shows: a way to compute a hash, checked and measured on this machine. */
export const HashBackendRow = z.object({
  algorithm: HashAlgorithm,
  backend: z.enum(['native', 'wasm']),
  correct: z.boolean(),
  megabytesPerSecond: z.number().nullable(),
  chosen: z.boolean(),
});
export type HashBackendRow = z.infer<typeof HashBackendRow>;

export const DoctorReport = z.object({
  ok: z.boolean(),
  checks: z.array(Check),
  hashBackends: z.array(HashBackendRow),
});
export type DoctorReport = z.infer<typeof DoctorReport>;

/** What the status bar shows. */
export const SystemStatus = z.object({
  auditSize: z.number().int(),
  auditVerifiedAt: Timestamp.nullable(),
  auditOk: z.boolean().nullable(),
  oldestTrustDays: z.number().int().nullable(),
  /** The clock is earlier than the newest time already recorded. */
  clockBehind: z.boolean(),
  waitingImports: z.number().int(),
  serversOffPin: z.number().int(),
});
export type SystemStatus = z.infer<typeof SystemStatus>;

export const GcItem = z.object({
  digest: z.string(),
  sizeBytes: z.number().int(),
  /** What needs the blob, e.g. `silero-vad@5.0.0`; null when nothing does. */
  keptBecause: z.string().nullable(),
});
export type GcItem = z.infer<typeof GcItem>;

export const GcReport = z.object({
  dryRun: z.boolean(),
  removed: z.array(GcItem),
  kept: z.number().int(),
  /** The kept blobs one by one, each with what needs it. */
  keptItems: z.array(GcItem),
  /** Damaged copies that were set aside, with why each is kept; null: its blob is whole again, or nothing needs it. */
  setAside: z.array(GcItem),
  /** Imports that were decided or given up, whose quarantine was still lying there. */
  sweptImports: z.array(z.string()),
  /** Blobs and quarantine together. */
  bytesFreed: z.number().int(),
});
export type GcReport = z.infer<typeof GcReport>;

/** Topics whose lists a window should ask for again. */
export const Topic = z.enum([
  'imports',
  'releases',
  'channels',
  'anchors',
  'trust',
  'people',
  'servers',
  'deployments',
  'transfers',
  'audit',
  'media',
  'store',
  'policy',
  'waivers',
]);
export type Topic = z.infer<typeof Topic>;
