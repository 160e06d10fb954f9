import { z } from 'zod';
import { ReleaseRef } from '#shared/contract/basics.ts';
import type { Check } from '#shared/contract/evidence.ts';
import type { FixityReport } from '#shared/contract/jobs.ts';
import { timestamp } from '#engine/core/clock.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import type { CallHandlers, EngineContext } from '../context.ts';
import { type BlobFinding, checkBlob } from './check-blob.ts';
import { findRelease } from './find-release.ts';
import { type ReleaseBlob, releaseBlobs } from './release-blobs.ts';

/** null: every release. */
const FixityParams = z.object({ release: ReleaseRef.nullable() });

/** Blobs looked at side by side, so that small ones keep every worker busy too. */
const LANES = 2;
/** Good blobs are marked in lots: each mark by itself would wait for the disk. */
const MARK_LOT = 256;

/** Re-reads stored bytes and compares them with what was published. */
export function fixityCalls(context: EngineContext): CallHandlers<'fixity.start'> {
  context.jobs.define('fixity', {
    onCancel: 'Nothing is changed; blobs that were read so far count as checked.',
    resumable: false,
    run: (job, params) => runFixity(context, job, FixityParams.parse(params)),
  });
  return {
    'fixity.start': ({ release }) => {
      if (release !== undefined) findRelease(context.registry, release.model, release.version);
      const what = release === undefined ? 'all releases' : `${release.model} ${release.version}`;
      return context.jobs.start('fixity', {
        title: `checking ${what}`,
        params: { release: release ?? null },
      });
    },
  };
}

async function runFixity(
  context: EngineContext,
  job: JobContext,
  params: z.infer<typeof FixityParams>,
): Promise<FixityReport> {
  const startedAtMs = performance.now();
  const releases = chooseReleases(context, params.release);
  const blobs = releaseBlobs(context.registry, releases);
  const total = blobs.reduce((sum, blob) => sum + blob.sizeBytes, 0);
  job.progress.phase('reading stored bytes', 1, 1, total);

  const findings: BlobFinding[] = [];
  const marks = new MarkLot(context);
  try {
    await inLanes(blobs, LANES, async (blob) => {
      job.signal.throwIfAborted();
      job.progress.current(blob.files[0] ?? blob.digest);
      const finding = await checkBlob(context, blob, {
        signal: job.signal,
        onBytes: (bytes) => job.progress.advance(bytes),
      });
      if (finding === null) marks.add(blob);
      else findings.push(finding);
    });
  } finally {
    marks.flush();
  }
  const checks = [
    ...findings.flatMap((finding) => finding.checks),
    ...goodReleases(releases, blobs, findings),
  ];
  const report: FixityReport = {
    filesChecked: blobs.length,
    bytesChecked: total - findings.reduce((sum, finding) => sum + finding.unreadBytes, 0),
    seconds: (performance.now() - startedAtMs) / 1000,
    checks,
    ok: checks.every((check) => check.status !== 'failed'),
  };
  record(context, params.release, report, findings);
  return report;
}

function chooseReleases(context: EngineContext, release: ReleaseRef | null): ReleaseRow[] {
  if (release === null) return context.registry.releases.list();
  return [findRelease(context.registry, release.model, release.version)];
}

/** One check for each release of which every blob is good. */
function goodReleases(
  releases: readonly ReleaseRow[],
  blobs: readonly ReleaseBlob[],
  findings: readonly BlobFinding[],
): Check[] {
  const bad = new Set(findings.flatMap((finding) => finding.blob.releases));
  return releases
    .map((release) => `${release.model}@${release.version}`)
    .filter((name) => !bad.has(name))
    .map((name) => {
      const own = blobs.filter((blob) => blob.releases.includes(name));
      const bytes = own.reduce((sum, blob) => sum + blob.sizeBytes, 0);
      return {
        id: 'fixity.bytes',
        status: 'verified',
        path: name,
        detail: `${own.length} blobs, ${bytes} bytes, are as published.`,
      };
    });
}

function record(
  context: EngineContext,
  release: ReleaseRef | null,
  report: FixityReport,
  findings: readonly BlobFinding[],
): void {
  context.govern(
    {
      act: 'fixity.run',
      object: release === null ? 'all releases' : `${release.model}@${release.version}`,
      subjects: findings.map(({ blob, summary }) => ({ name: summary, digest: blob.digest })),
      details: {
        blobs: String(report.filesChecked),
        bytes: String(report.bytesChecked),
        damaged: String(findings.length),
      },
    },
    () => {},
    report.ok ? 'done' : 'failed',
  );
  context.changed('releases', 'audit');
}

/** Marks of good blobs on their way into the registry. */
class MarkLot {
  readonly #context: EngineContext;
  #lot: ReleaseBlob[] = [];

  constructor(context: EngineContext) {
    this.#context = context;
  }

  add(blob: ReleaseBlob): void {
    this.#lot.push(blob);
    if (this.#lot.length >= MARK_LOT) this.flush();
  }

  flush(): void {
    const { registry, clock } = this.#context;
    const at = timestamp(clock);
    registry.transaction(() => {
      for (const blob of this.#lot) registry.blobs.markVerified(blob.digest, at);
    });
    this.#lot = [];
  }
}

async function inLanes<T>(
  items: readonly T[],
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  // The lanes take turns at one iterator.
  const rest = items.values();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}
