import { z } from 'zod';
import { Digest, JobId, ModelName, SizeBytes, Timestamp, Version } from './basics.ts';
import { Check } from './evidence.ts';

/** How a site re-reads what it holds. */
export const FixitySettings = z.object({
  /** Every blob is due again so many days after it was last read, or came in; null: only when a person asks. */
  everyDays: z.number().int().min(1).max(3650).nullable(),
  /** At most so many bytes a second over all that is read at a time; null: as fast as it goes. */
  bytesPerSecond: z.number().int().min(1_000_000).max(1e12).nullable(),
});
export type FixitySettings = z.infer<typeof FixitySettings>;

/** What this machine runs on; `unknown` where the system does not say. */
export const PowerState = z.enum(['mains', 'battery', 'unknown']);
export type PowerState = z.infer<typeof PowerState>;

/** Bytes of a blob, both ends included. */
const Range = z.object({ start: z.number().int().nonnegative(), end: z.number().int() });

/** A blob that was not as published when it was last read, with everything it affects. */
export const DamagedBlob = z.object({
  digest: Digest,
  sizeBytes: SizeBytes,
  what: z.enum(['damaged', 'missing', 'unreadable', 'chunk-list']),
  /** Where it differs; empty when there is no file. */
  ranges: z.array(Range),
  /** `model@version: path`. */
  files: z.array(z.string()),
  releases: z.array(z.string()),
  foundAt: Timestamp,
  /** Servers that were sent a release with it. */
  servers: z.array(z.string()),
});
export type DamagedBlob = z.infer<typeof DamagedBlob>;

/** How old the last reading of a release is. */
export const ReadRelease = z.object({
  model: ModelName,
  version: Version,
  blobs: z.number().int(),
  sizeBytes: SizeBytes,
  /** When the blob that was read longest ago was read; null when one was never read since it came in. */
  oldestReadAt: Timestamp.nullable(),
  neverRead: z.number().int(),
  damaged: z.number().int(),
  isDue: z.boolean(),
});
export type ReadRelease = z.infer<typeof ReadRelease>;

/** How the store is, as far as it was read. */
export const FixityStatus = z.object({
  settings: FixitySettings,
  power: PowerState,
  /** What holds now: the setting, or less while on battery. */
  bytesPerSecond: z.number().nullable(),
  blobs: z.number().int(),
  sizeBytes: SizeBytes,
  neverRead: z.number().int(),
  oldestReadAt: Timestamp.nullable(),
  due: z.object({ blobs: z.number().int(), sizeBytes: SizeBytes }),
  releases: z.array(ReadRelease),
  damaged: z.array(DamagedBlob),
  /** A check that is under way or can be gone on with. */
  job: JobId.nullable(),
});
export type FixityStatus = z.infer<typeof FixityStatus>;

/** What became of each damaged blob. */
export const RepairReport = z.object({
  blobs: z.array(
    z.object({
      digest: Digest,
      sizeBytes: SizeBytes,
      files: z.array(z.string()),
      repaired: z.boolean(),
      /** Read from the medium or server. */
      bytesRead: SizeBytes,
      /** Still lacking. */
      missing: z.array(Range),
    }),
  ),
  bytesRead: SizeBytes,
  checks: z.array(Check),
  ok: z.boolean(),
});
export type RepairReport = z.infer<typeof RepairReport>;
