import { z } from 'zod';
import { ImportId, JobId, Location, SizeBytes, Timestamp } from './basics.ts';
import { Check, VerifyReport } from './evidence.ts';
import { Failure } from './errors.ts';
import { RepairReport } from './fixity.ts';
import { ServerOutcome } from './fleet.ts';
import { ScanReport } from './scan.ts';
import { MediumName, ReadBack } from './transfers.ts';

export const JobState = z.enum([
  'queued',
  'running',
  'cancelling',
  'cancelled',
  'failed',
  'interrupted',
  /** It needs a medium (`needs`) and goes on with `jobs.resume`; nothing runs meanwhile, and it survives a restart. */
  'waiting',
  'done',
]);
export type JobState = z.infer<typeof JobState>;

export const FixityReport = z.object({
  /** Blobs; those that earlier runs of a resumed check read are among them. */
  filesChecked: z.number().int(),
  bytesChecked: SizeBytes,
  /** While it ran, waiting for its turn by a rate included; not the time between runs. */
  seconds: z.number(),
  checks: z.array(Check),
  ok: z.boolean(),
});
export type FixityReport = z.infer<typeof FixityReport>;

/** What a waiting job needs before it can go on. */
export const JobNeed = z.object({
  /** `read`: a volume with these parts; `write`: a medium with room for them. */
  kind: z.enum(['read', 'write']),
  /** For a person, e.g. `volume 3 of 5 (label WEIGHTS-3)`. Any place that helps will do. */
  sentence: z.string(),
  setId: z.string(),
  /** The volumes that would help; of a set to be written the one whose turn it is. */
  volumes: z.array(
    z.object({ number: z.number().int(), ...MediumName.shape, bytes: SizeBytes, files: z.number().int() }),
  ),
  /** Still to be read or written. */
  bytes: SizeBytes,
  /** What was found bad so far: volume, file, byte range. */
  troubles: z.array(z.string()),
});
export type JobNeed = z.infer<typeof JobNeed>;

/** Every kind of long work and what it ends with. */
export const jobResults = {
  verify: VerifyReport,
  scan: ScanReport,
  import: z.object({ importId: ImportId, bytesCopied: SizeBytes, bytesHeld: SizeBytes }),
  'bundle-create': z.object({
    setId: z.string(),
    sequence: z.number().int(),
    /** How often the set was planned anew while it was written, and 1. */
    revision: z.number().int(),
    /** All flushed, read back and found right: safe to remove. */
    volumes: z.array(
      z.object({
        number: z.number().int(),
        location: Location,
        ...MediumName.shape,
        sizeBytes: SizeBytes,
        readBack: ReadBack,
        writeBytesPerSecond: z.number().nullable(),
        readBytesPerSecond: z.number().nullable(),
      }),
    ),
    payloadBytes: SizeBytes,
    bytesLeftOut: SizeBytes,
    /** The weakest of all volumes. */
    readBack: ReadBack,
  }),
  'bundle-import': z.object({
    setId: z.string(),
    imports: z.array(ImportId),
    bytesCopied: SizeBytes,
    bytesHeld: SizeBytes,
  }),
  push: z.object({ servers: z.array(ServerOutcome) }),
  activate: z.object({ servers: z.array(ServerOutcome) }),
  rollback: z.object({ servers: z.array(ServerOutcome) }),
  'server-fixity': z.object({ servers: z.array(ServerOutcome) }),
  fixity: FixityReport,
  repair: RepairReport,
} as const;

export type JobKind = keyof typeof jobResults;
export type JobResult<K extends JobKind> = z.infer<(typeof jobResults)[K]>;
export const JobKind = z.enum(Object.keys(jobResults) as [JobKind, ...JobKind[]]);

/** Work that is left: bytes to read from where they come, and files (or parts) they belong to. */
export const JobLeft = z.object({ bytes: SizeBytes, files: z.number().int().nonnegative() });
export type JobLeft = z.infer<typeof JobLeft>;

/** A job as it stands; values are absolute, so a window that missed events loses nothing. */
export const Job = z.object({
  id: JobId,
  kind: JobKind,
  /** One line for a person, e.g. `importing silero-vad 6.0.0`. */
  title: z.string(),
  state: JobState,
  phase: z.object({
    name: z.string(),
    index: z.number().int(),
    count: z.number().int(),
    /** Which volume of a set it is about, where it is about one. */
    volume: z.object({ number: z.number().int(), of: z.number().int() }).optional(),
  }),
  /** What is being worked on now: a file, a server, a volume. */
  current: z.string(),
  bytesDone: SizeBytes,
  bytesTotal: SizeBytes.nullable(),
  /** Over the last seconds; null while estimating. */
  bytesPerSecond: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  startedAt: Timestamp,
  endedAt: Timestamp.nullable(),
  startedBy: z.string(),
  canCancel: z.boolean(),
  canResume: z.boolean(),
  /** What cancelling leaves behind, as a sentence. */
  onCancel: z.string(),
  /** What a job that ended early has still to do, as far as it can tell; null otherwise. */
  left: JobLeft.nullable().default(null),
  /** A place may be named when it is resumed: the medium it waits for, or where its source lies now. */
  takesSource: z.boolean().default(false),
  /** Fingerprint of the key that must be unlocked before it can be resumed; null when none must. */
  key: z.string().nullable().default(null),
  failure: Failure.nullable(),
  /** Only while the state is `waiting`. */
  needs: JobNeed.nullable().default(null),
  /** Parsed by `jobResults[kind]` once the state is `done`. */
  result: z.unknown(),
  /** Grows with every change of this job. */
  sequence: z.number().int(),
});
export type Job = z.infer<typeof Job>;
