import { z } from 'zod';
import { ReleaseRef } from '#shared/contract/basics.ts';
import { FixityReport } from '#shared/contract/jobs.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import type { Reading } from '#engine/registry/fixity.ts';
import type { EngineContext } from '../../context.ts';
import { checkBlob } from './check-blob.ts';
import { currentRate } from './fixity-settings.ts';
import { FixityRun } from './fixity-run.ts';
import { findRelease } from '../releases/find-release.ts';
import { Pace } from './pace.ts';
import { checksOfReading, goodReleases } from './reading-checks.ts';
import { isDueAt } from './store-health.ts';
import { type StoredThing, storedBlobs } from './stored-blobs.ts';

/** What a fixity check is asked to do; kept with the job. */
export const FixityParams = z.object({
  /** null: every release. */
  release: ReleaseRef.nullable(),
  /** Only blobs last read before this time; null: whenever that was. */
  readBefore: z.string().nullable(),
  /** A rate of its own, bytes a second. */
  bytesPerSecond: z.number().nullable(),
});
export type FixityParams = z.infer<typeof FixityParams>;

/** Blobs looked at side by side, so that small ones keep every worker busy too. */
const LANES = 2;
/** Chunks from one checkpoint to the next: 512 MiB, so that workers seldom wait for each other. */
const STEP_CHUNKS = 32;
/** With a rate the waits between steps are to be short: a chunk for each of two workers. */
const PACED_STEP_CHUNKS = 2;

/** Re-reads stored bytes and compares them with what was published; goes on where an earlier run of the job got to. */
export async function runFixity(
  context: EngineContext,
  job: JobContext,
  params: FixityParams,
): Promise<FixityReport> {
  const finished = FixityReport.safeParse(FixityRun.finished(job.checkpoint));
  if (finished.success) return finished.data;
  const blobs = chooseBlobs(context, job.id, params);
  const run = new FixityRun(context, job, nameOf(params), blobs);
  const { left } = run;
  job.progress.phase('reading stored bytes', 1, 1, run.bytesLeft);
  const pace = new Pace(currentRate(context, params.bytesPerSecond));
  const rate = currentRate(context, params.bytesPerSecond);
  try {
    await inLanes(left, LANES, async (blob) => {
      job.signal.throwIfAborted();
      job.progress.current(blob.files[0] ?? blob.digest);
      const found = await checkBlob(context, blob, {
        from: run.progressOf(blob.digest),
        signal: job.signal,
        onBytes: (bytes) => job.progress.advance(bytes),
        stepChunks: async () => ((await rate()) === null ? STEP_CHUNKS : PACED_STEP_CHUNKS),
        onStep: async (progress, bytes) => {
          run.step(blob.digest, progress);
          await pace.spend(bytes, job.signal);
        },
      });
      run.note(blob, found);
    });
  } catch (error) {
    run.stop();
    throw error;
  }
  const report = reportOf(params, blobs, run);
  run.finish(report);
  return report;
}

function chooseBlobs(
  { registry }: EngineContext,
  jobId: string,
  { release, readBefore }: FixityParams,
): StoredThing[] {
  const releases = release === null ? null : [findRelease(registry, release.model, release.version)];
  const blobs = storedBlobs(registry, releases);
  if (readBefore === null) return blobs;
  const latest = registry.fixity.latest();
  const own = new Set(registry.fixity.ofRun(jobId).map(({ digest }) => digest));
  return blobs.filter((blob) => own.has(blob.digest) || isDueAt(blob, latest.get(blob.digest), readBefore));
}

function nameOf({ release, readBefore }: FixityParams): string {
  if (release !== null) return `${release.model}@${release.version}`;
  return readBefore === null ? 'all releases' : 'what is due';
}

function reportOf(params: FixityParams, blobs: readonly StoredThing[], run: FixityRun): FixityReport {
  const { readings } = run;
  const byDigest = new Map(blobs.map((blob) => [blob.digest, blob]));
  const failed = readings.flatMap((reading) => {
    const blob = byDigest.get(reading.digest);
    return blob === undefined ? [] : checksOfReading(reading, blob);
  });
  const names = [...new Set(blobs.flatMap(({ releases }) => releases))];
  const checks = [...failed, ...(params.readBefore === null ? goodReleases(names, blobs, readings) : [])];
  const isRead = ({ outcome }: Reading) => outcome !== 'missing' && outcome !== 'unreadable';
  return {
    filesChecked: readings.length,
    bytesChecked: readings.filter(isRead).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    seconds: run.seconds,
    checks,
    ok: failed.length === 0,
  };
}

async function inLanes<T>(
  items: readonly T[],
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  // The lanes take turns at one iterator; all of them end before the first failure is passed on.
  const rest = items.values();
  const ends = await Promise.allSettled(
    Array.from({ length: lanes }, async () => {
      for (const item of rest) await work(item);
    }),
  );
  const broken = ends.find((end) => end.status === 'rejected');
  if (broken !== undefined) throw broken.reason;
}
