import { jobResults, type Job, type JobKind, type JobLeft, type JobResult } from '#shared/contract/jobs.ts';
import { AppError, asAppError, toFailure } from '#engine/core/app-error.ts';
import { type Clock, timestamp } from '#engine/core/clock.ts';
import { newId } from '#engine/core/ids.ts';
import type { Logger } from '#engine/core/logger.ts';
import type { Progress } from '#engine/core/progress.ts';
import type { JobRow, JobsRepository } from '#engine/registry/jobs.ts';
import { RunningJob } from './running-job.ts';

const MAX_RUNNING = 4;
const LISTED = 200;

/** What a job's code is given. */
export interface JobContext {
  readonly id: string;
  /** Aborted by cancel and by shutdown; workers look at it between chunks. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** What an earlier run of this same job saved; null at first. */
  readonly checkpoint: unknown;
  /** Once aborted: Sallyport is closing, so what was begun may stay for the next run. A person's cancel is another thing. */
  isInterrupted(): boolean;
  saveCheckpoint(checkpoint: unknown): void;
}

export interface JobDefinition<K extends JobKind> {
  /** What cancelling leaves behind, as a sentence for the person who is about to. */
  readonly onCancel: string;
  readonly resumable: boolean;
  run(job: JobContext, params: unknown): Promise<JobResult<K>>;
  /** What is left to do of a job that ended early, from what it saved; null when that cannot be told. */
  left?(params: unknown, checkpoint: unknown): JobLeft | null;
  /**
   * The parameters with a place that a person names: one more medium, or where the source lies now. Whether it helps is for
   * the job to find out.
   */
  withSource?(params: unknown, source: string): unknown;
  /** Fingerprint of the key without which an earlier run cannot be gone on with, from what it saved; null when none is needed. */
  key?(checkpoint: unknown): string | null;
}

export interface JobRequest {
  readonly title: string;
  /** JSON; kept with the job and handed to its code, also after a restart. */
  readonly params: unknown;
}

interface Options {
  readonly rows: JobsRepository;
  readonly clock: Clock;
  readonly log: Logger;
  /** Who starts jobs, for the record. */
  readonly actor: () => string;
  /** Fingerprint of the key that is unlocked now; null when none is. */
  readonly unlockedKey: () => string | null;
  readonly emit: (job: Job) => void;
}

/**
 * Runs long work, at most four at a time, and keeps each job as a row: after a crash the rows that were under way are
 * `interrupted` and can be resumed with the same parameters and their last checkpoint.
 */
export class JobRunner {
  readonly #options: Options;
  readonly #definitions = new Map<JobKind, JobDefinition<JobKind>>();
  readonly #running = new Map<string, RunningJob>();
  readonly #queue: { job: Job; params: unknown; checkpoint: unknown }[] = [];
  /** Newest states that the registry had no space for. */
  readonly #unsaved = new Map<string, Job>();
  #closing = false;

  constructor(options: Options) {
    this.#options = options;
    for (const { job } of options.rows.listUnfinished())
      this.#options.rows.save(interrupted(job, options.clock));
  }

  define<K extends JobKind>(kind: K, definition: JobDefinition<K>): void {
    this.#definitions.set(kind, definition);
  }

  start(kind: JobKind, request: JobRequest): { jobId: string } {
    const definition = this.#definition(kind);
    const job: Job = {
      id: newId('job'),
      kind,
      title: request.title,
      state: 'queued',
      phase: { name: 'waiting', index: 0, count: 0 },
      current: '',
      bytesDone: 0,
      bytesTotal: null,
      bytesPerSecond: null,
      etaSeconds: null,
      startedAt: timestamp(this.#options.clock),
      endedAt: null,
      startedBy: this.#options.actor(),
      canCancel: true,
      canResume: false,
      onCancel: definition.onCancel,
      left: null,
      takesSource: false,
      key: null,
      failure: null,
      needs: null,
      result: null,
      sequence: 0,
    };
    this.#options.rows.insert(job, request.params);
    this.#enqueue(job, request.params, null);
    return { jobId: job.id };
  }

  /**
   * Runs a job that waits or ended early again from its checkpoint, with the place that a person names for it. Throws
   * STATE-CONFLICT, NOT-FOUND, KEY-LOCKED, USAGE.
   */
  resume(id: string, source: string | null = null): Job {
    const row = this.#row(id);
    if (!row.job.canResume)
      throw new AppError('STATE-CONFLICT', `Job ${id} is ${row.job.state} and cannot be resumed.`);
    this.#refuseLocked(this.#withLeft(row));
    return this.#again(row, source === null ? row.params : this.#withSource(row, source));
  }

  /** Asks a job to stop at its next chunk. Throws STATE-CONFLICT when it is not under way. */
  cancel(id: string): Job {
    const waiting = this.#queue.findIndex((entry) => entry.job.id === id);
    if (waiting >= 0) {
      const [entry] = this.#queue.splice(waiting, 1);
      if (entry !== undefined) this.#publish(ended(entry.job, 'cancelled', this.#options.clock));
    } else {
      const running = this.#running.get(id);
      const { job } = this.#row(id);
      if (running === undefined && job.state === 'waiting') {
        this.#publish({ ...ended(job, 'cancelled', this.#options.clock), needs: null });
        return this.get(id);
      }
      if (running === undefined) throw new AppError('STATE-CONFLICT', `Job ${id} is ${this.get(id).state}.`);
      running.cancel();
    }
    return this.get(id);
  }

  get(id: string): Job {
    return this.#running.get(id)?.snapshot() ?? this.#withLeft(this.#row(id));
  }

  /** Newest first. */
  list(): Job[] {
    return this.#options.rows
      .list(LISTED)
      .map((row) => this.#running.get(row.job.id)?.snapshot() ?? this.#withLeft(this.#newest(row)));
  }

  /** Stops everything; what was under way becomes `interrupted`. Resolves when no job code runs any more. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const { job } of this.#queue.splice(0)) this.#publish(interrupted(job, this.#options.clock));
    const running = [...this.#running.values()];
    for (const job of running) job.interrupt();
    await Promise.all(running.map((job) => job.settled));
  }

  #again({ job, checkpoint }: { job: Job; checkpoint: unknown }, params: unknown): Job {
    const queued = {
      state: 'queued',
      left: null,
      key: null,
      failure: null,
      endedAt: null,
      canResume: false,
      canCancel: true,
    } as const;
    this.#enqueue({ ...job, ...queued }, params, checkpoint);
    return this.get(job.id);
  }

  #withLeft({ job, params, checkpoint }: JobRow): Job {
    if (!job.canResume) return job;
    const definition = this.#definitions.get(job.kind);
    return {
      ...job,
      left: definition?.left?.(params, checkpoint) ?? null,
      takesSource: definition?.withSource !== undefined,
      key: definition?.key?.(checkpoint) ?? null,
    };
  }

  /** Before anything changes: a job that signs is not begun to fail. */
  #refuseLocked({ id, key }: Job): void {
    if (key === null || this.#options.unlockedKey() === key) return;
    throw new AppError('KEY-LOCKED', 'What this job goes on with is signed by a key that is not unlocked.', {
      expected: key,
      found: this.#options.unlockedKey() ?? 'no key is unlocked',
      state: `Nothing changed; job ${id} can still be resumed.`,
      next: 'Unlock the key that the job was begun with, and resume it again.',
    });
  }

  #withSource({ job, params }: JobRow, source: string): unknown {
    const changed = this.#definition(job.kind).withSource?.(params, source);
    if (changed === undefined) {
      throw new AppError('USAGE', `A job of kind ${job.kind} takes no place.`);
    }
    this.#options.rows.saveParams(job.id, changed);
    return changed;
  }

  #enqueue(job: Job, params: unknown, checkpoint: unknown): void {
    const queued = { ...job, sequence: job.sequence + 1 };
    this.#publish(queued);
    this.#queue.push({ job: queued, params, checkpoint });
    this.#next();
  }

  #next(): void {
    while (!this.#closing && this.#running.size < MAX_RUNNING) {
      const entry = this.#queue.shift();
      if (entry === undefined) return;
      this.#run(entry.job, entry.params, entry.checkpoint);
    }
  }

  #run(job: Job, params: unknown, checkpoint: unknown): void {
    const definition = this.#definition(job.kind);
    const running = new RunningJob(
      job,
      this.#options.clock,
      (snapshot) => this.#save(snapshot),
      (snapshot) => this.#emit(snapshot),
    );
    this.#running.set(job.id, running);
    const context: JobContext = {
      id: job.id,
      signal: running.signal,
      progress: running,
      checkpoint,
      isInterrupted: () => running.isInterrupted,
      saveCheckpoint: (value) => this.#options.rows.saveCheckpoint(job.id, value),
    };
    const work = async () => jobResults[job.kind].parse(await definition.run(context, params));
    void running.follow(work, definition.resumable).then((failure) => {
      // It may run again already.
      if (this.#running.get(job.id) === running) this.#running.delete(job.id);
      if (failure !== null) this.#logFailure(job, failure);
      this.#next();
    });
  }

  #publish(job: Job): void {
    this.#save(job);
    this.#emit(job);
  }

  #emit(job: Job): void {
    this.#options.emit(job.canResume ? this.#withLeft({ ...this.#row(job.id), job }) : job);
  }

  /** A full disk must not keep a job from ending: then its state is known here alone, and after a restart it is interrupted. */
  #save(job: Job): void {
    try {
      this.#options.rows.save(job);
      this.#unsaved.delete(job.id);
    } catch (error) {
      const { code, message } = asAppError(error);
      if (code !== 'DISK-FULL') throw error;
      this.#unsaved.set(job.id, job);
      this.#options.log.warn('the state of a job could not be saved', { job: job.id, message });
    }
  }

  #logFailure(job: Job, failure: unknown): void {
    const { code, message } = toFailure(failure);
    this.#options.log.warn('job ended with an error', { job: job.id, kind: job.kind, code, message });
    if (code === 'INTERNAL' && failure instanceof Error) {
      this.#options.log.error('defect', { job: job.id, stack: failure.stack ?? '' });
    }
  }

  #row(id: string): JobRow {
    const row = this.#options.rows.get(id);
    if (row === null) throw new AppError('NOT-FOUND', `There is no job ${id}.`);
    return this.#newest(row);
  }

  #newest(row: JobRow): JobRow {
    return { ...row, job: this.#unsaved.get(row.job.id) ?? row.job };
  }

  #definition(kind: JobKind): JobDefinition<JobKind> {
    const definition = this.#definitions.get(kind);
    if (definition === undefined)
      throw new AppError('INTERNAL', `No code is registered for jobs of kind ${kind}.`);
    return definition;
  }
}

function interrupted(job: Job, clock: Clock): Job {
  return { ...ended(job, 'interrupted', clock), canResume: true };
}

function ended(job: Job, state: 'interrupted' | 'cancelled', clock: Clock): Job {
  return {
    ...job,
    state,
    canCancel: false,
    endedAt: timestamp(clock),
    bytesPerSecond: null,
    etaSeconds: null,
    sequence: job.sequence + 1,
  };
}
