import { z } from 'zod';
import { ImportId, JobId, Location, SizeBytes, Timestamp } from './basics.ts';
import { Check, VerifyReport } from './evidence.ts';
import { Failure } from './errors.ts';
import { ServerOutcome } from './fleet.ts';
import { ScanReport } from './scan.ts';

export const JobState = z.enum([
  'queued',
  'running',
  'cancelling',
  'cancelled',
  'failed',
  'interrupted',
  'done',
]);
export type JobState = z.infer<typeof JobState>;

export const FixityReport = z.object({
  filesChecked: z.number().int(),
  bytesChecked: SizeBytes,
  seconds: z.number(),
  checks: z.array(Check),
  ok: z.boolean(),
});
export type FixityReport = z.infer<typeof FixityReport>;

/** Every kind of long work and what it ends with. */
export const jobResults = {
  verify: VerifyReport,
  scan: ScanReport,
  import: z.object({ importId: ImportId, bytesCopied: SizeBytes, bytesHeld: SizeBytes }),
  'bundle-create': z.object({
    setId: z.string(),
    sequence: z.number().int(),
    volumes: z.array(z.object({ number: z.number().int(), location: Location, sizeBytes: SizeBytes })),
    payloadBytes: SizeBytes,
    bytesLeftOut: SizeBytes,
    /** How the written bytes were read back: after fsync, but perhaps out of the page cache. */
    readBack: z.enum(['page-cache']),
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
} as const;

export type JobKind = keyof typeof jobResults;
export type JobResult<K extends JobKind> = z.infer<(typeof jobResults)[K]>;
export const JobKind = z.enum(Object.keys(jobResults) as [JobKind, ...JobKind[]]);

/** A job as it stands; values are absolute, so a window that missed events loses nothing. */
export const Job = z.object({
  id: JobId,
  kind: JobKind,
  /** One line for a person, e.g. `importing silero-vad 6.0.0`. */
  title: z.string(),
  state: JobState,
  phase: z.object({ name: z.string(), index: z.number().int(), count: z.number().int() }),
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
  failure: Failure.nullable(),
  /** Parsed by `jobResults[kind]` once the state is `done`. */
  result: z.unknown(),
  /** Grows with every change of this job. */
  sequence: z.number().int(),
});
export type Job = z.infer<typeof Job>;
