import { z } from 'zod';
import type { Digest } from '#shared/contract/basics.ts';
import { type FixityReport, JobLeft } from '#shared/contract/jobs.ts';
import { readingsSubject } from '#engine/audit/records.ts';
import { timestamp } from '#engine/core/clock.ts';
import { reach } from '#engine/core/fault-points.ts';
import { CHUNK_BYTES } from '#engine/hashing/hasher.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import { Reading } from '#engine/registry/fixity.ts';
import type { EngineContext } from '../../context.ts';
import type { BlobProgress } from './check-blob.ts';
import { isWell, summariseReading } from './reading-checks.ts';
import type { ReleaseBlob } from './release-blobs.ts';

const Range = z.object({ start: z.number().int(), end: z.number().int() });
/** Where a check got to: readings that are not on record yet, and blobs that are read in part. */
const Checkpoint = z.object({
  readings: z.array(Reading),
  underWay: z.array(z.tuple([z.string(), z.number().int(), z.array(Range)])),
  seconds: z.number(),
  left: JobLeft,
  /** The whole check is on record, and this is what it ends with. */
  report: z.unknown(),
});

/** Readings go on record together, so many at a time: until then the checkpoint has them. */
const LOT = 1000;
/** A checkpoint waits for the disk, so there is one a second at most. */
const SAVE_GAP_MS = 1000;

const atStart: BlobProgress = { chunk: 0, bad: [] };

/** What one fixity check has found so far, kept in the job's checkpoint and, a lot at a time, on record. */
export class FixityRun {
  readonly #context: EngineContext;
  readonly #job: JobContext;
  readonly #object: string;
  readonly #blobs: ReadonlyMap<Digest, ReleaseBlob>;
  readonly #underWay = new Map<string, BlobProgress>();
  readonly #recorded: readonly Reading[];
  readonly #secondsBefore: number;
  readonly #beganAtMs = performance.now();
  #laterRecorded: Reading[] = [];
  #pending: Reading[] = [];
  #savedAtMs = performance.now();

  /** `object`: what is checked, for the record. */
  constructor(context: EngineContext, job: JobContext, object: string, blobs: readonly ReleaseBlob[]) {
    this.#context = context;
    this.#job = job;
    this.#object = object;
    this.#blobs = new Map(blobs.map((blob) => [blob.digest, blob]));
    this.#recorded = context.registry.fixity.ofRun(job.id);
    const saved = Checkpoint.safeParse(job.checkpoint).data;
    this.#secondsBefore = saved?.seconds ?? 0;
    this.#pending = [...(saved?.readings ?? [])];
    for (const [digest, chunk, bad] of saved?.underWay ?? []) this.#underWay.set(digest, { chunk, bad });
  }

  /** What a check that ended early has still to do. */
  static left(checkpoint: unknown): JobLeft | null {
    return Checkpoint.safeParse(checkpoint).data?.left ?? null;
  }

  /** What the job ends with when an earlier run had come to its end but for saying so. */
  static finished(checkpoint: unknown): unknown {
    return Checkpoint.safeParse(checkpoint).data?.report;
  }

  /** Every reading so far, those of earlier runs too. */
  get readings(): readonly Reading[] {
    return [...this.#recorded, ...this.#laterRecorded, ...this.#pending];
  }

  get seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#beganAtMs) / 1000;
  }

  /** Blobs that are not read to their end yet. */
  get left(): ReleaseBlob[] {
    const read = new Set(this.readings.map(({ digest }) => digest));
    return [...this.#blobs.values()].filter(({ digest }) => !read.has(digest));
  }

  get bytesLeft(): number {
    const read = ({ digest, sizeBytes }: ReleaseBlob) =>
      Math.min(sizeBytes, this.progressOf(digest).chunk * CHUNK_BYTES);
    return this.left.reduce((sum, blob) => sum + blob.sizeBytes - read(blob), 0);
  }

  progressOf(digest: Digest): BlobProgress {
    return this.#underWay.get(digest) ?? atStart;
  }

  /** A step of a blob is done. */
  step(digest: Digest, progress: BlobProgress): void {
    this.#underWay.set(digest, progress);
    this.#saveAfterGap();
  }

  /** A blob is done. */
  note(blob: ReleaseBlob, found: Pick<Reading, 'outcome' | 'ranges' | 'found'>): void {
    const { digest, sizeBytes } = blob;
    this.#underWay.delete(digest);
    this.#pending.push({ digest, sizeBytes, at: timestamp(this.#context.clock), ...found });
    if (this.#pending.length >= LOT) this.#putOnRecord('part');
    else this.#saveAfterGap();
  }

  /** Everything that was read stays read, whatever made the check stop. */
  stop(): void {
    if (this.#pending.length > 0) this.#putOnRecord('part');
    else this.#save();
  }

  /** The end of the whole check. */
  finish(report: FixityReport): void {
    this.#putOnRecord('whole', report);
  }

  #putOnRecord(extent: 'part' | 'whole', report: FixityReport | null = null): void {
    const { registry } = this.#context;
    const { id: run } = this.#job;
    const lot = { run, lot: registry.fixity.nextLot(run), readings: this.#pending };
    const about = extent === 'whole' ? this.readings : this.#pending;
    const bad = about.filter((reading) => !isWell(reading));
    const subjects = bad.flatMap((reading) => {
      const blob = this.#blobs.get(reading.digest);
      return blob === undefined ? [] : [{ name: summariseReading(reading, blob), digest: reading.digest }];
    });
    const details = {
      job: run,
      blobs: String(about.length),
      bytes: String(about.reduce((sum, reading) => sum + reading.sizeBytes, 0)),
      damaged: String(bad.length),
    };
    const row = lot.readings.length === 0 ? [] : [readingsSubject(lot)];
    const act = {
      act: extent === 'part' ? 'fixity.read' : 'fixity.run',
      object: this.#object,
      subjects: [...subjects, ...row],
      details,
    };
    this.#context.govern(
      act,
      () => {
        registry.fixity.add(lot);
        this.#laterRecorded.push(...this.#pending);
        this.#pending = [];
        this.#save(report);
      },
      bad.length === 0 ? 'done' : 'failed',
    );
    reach('fixity.recorded');
    this.#context.changed('releases', 'store', 'audit');
  }

  #saveAfterGap(): void {
    if (performance.now() - this.#savedAtMs >= SAVE_GAP_MS) this.#save();
    reach('fixity.step');
  }

  #save(report: FixityReport | null = null): void {
    this.#job.saveCheckpoint({
      readings: this.#pending,
      underWay: [...this.#underWay].map(([digest, { chunk, bad }]) => [digest, chunk, bad]),
      seconds: this.seconds,
      left: { bytes: this.bytesLeft, files: this.left.length },
      report,
    });
    this.#savedAtMs = performance.now();
  }
}
