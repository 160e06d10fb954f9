import type { Job } from '#shared/contract/jobs.ts';
import { AppError, toFailure } from '#engine/core/app-error.ts';
import { type Clock, timestamp } from '#engine/core/clock.ts';
import type { PhaseVolume, Progress } from '#engine/core/progress.ts';
import { Meter } from './meter.ts';
import { WaitsForMedium } from './waits-for-medium.ts';

/** Ten events a second and job at most; state changes at once, and always the last one. */
const EVENT_GAP_MS = 100;

/** One job while its code runs: gathers progress, sends snapshots, and ends in exactly one final state. */
export class RunningJob implements Progress {
  readonly settled: Promise<void>;
  readonly #clock: Clock;
  readonly #save: (job: Job) => void;
  readonly #emit: (job: Job) => void;
  readonly #meter: Meter;
  readonly #controller = new AbortController();
  #job: Job;
  #interrupting = false;
  #pending: NodeJS.Timeout | null = null;
  #settle: () => void = () => {};

  /** `save` is durable and called at changes of state and phase only; `emit` is cheap and called for every event. */
  constructor(job: Job, clock: Clock, save: (job: Job) => void, emit: (job: Job) => void) {
    this.#job = { ...job, state: 'running', needs: null };
    this.#clock = clock;
    this.#save = save;
    this.#emit = emit;
    this.#meter = new Meter(clock);
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#sendNow();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The job is stopped by Sallyport closing, and not by a person. */
  get isInterrupted(): boolean {
    return this.#interrupting;
  }

  snapshot(): Job {
    return this.#job;
  }

  phase(name: string, index: number, count: number, bytesTotal: number | null, volume?: PhaseVolume): void {
    this.#meter.reset();
    const about = volume === undefined ? {} : { volume };
    this.#change({ phase: { name, index, count, ...about }, bytesDone: 0, bytesTotal, current: '' });
    this.#sendNow();
  }

  current(what: string): void {
    this.#change({ current: what });
    this.#sendSoon();
  }

  advance(bytes: number): void {
    const bytesDone = this.#job.bytesDone + bytes;
    this.#meter.record(bytesDone);
    const bytesPerSecond = this.#meter.bytesPerSecond();
    const left = this.#job.bytesTotal === null ? null : this.#job.bytesTotal - bytesDone;
    const etaSeconds = left === null || !bytesPerSecond ? null : Math.max(0, left / bytesPerSecond);
    this.#change({ bytesDone, bytesPerSecond, etaSeconds });
    this.#sendSoon();
  }

  cancel(): void {
    if (this.signal.aborted) return;
    this.#change({ state: 'cancelling', canCancel: false });
    this.#sendNow();
    this.#controller.abort(new AppError('CANCELLED', 'The job was cancelled.'));
  }

  interrupt(): void {
    this.#interrupting = true;
    this.#controller.abort(new AppError('CANCELLED', 'Sallyport is closing.'));
  }

  /** Runs the work to its end and publishes the final state; resolves with what it failed with, or null. */
  async follow(work: () => Promise<unknown>, resumable: boolean): Promise<unknown> {
    try {
      const result = await work();
      this.#end({ state: 'done', result, canResume: false });
      return null;
    } catch (error) {
      const isExpected = this.signal.aborted || error instanceof WaitsForMedium;
      this.#end(this.#endedBy(error, resumable));
      return isExpected ? null : error;
    } finally {
      this.#settle();
    }
  }

  #endedBy(error: unknown, resumable: boolean): Partial<Job> {
    if (this.#interrupting) return { state: 'interrupted', canResume: true };
    if (this.signal.aborted) return { state: 'cancelled', canResume: resumable };
    if (error instanceof WaitsForMedium) {
      return { state: 'waiting', needs: error.need, canCancel: true, canResume: true, endedAt: null };
    }
    return { state: 'failed', failure: toFailure(error), canResume: resumable };
  }

  #end(final: Partial<Job>): void {
    this.#change({
      canCancel: false,
      endedAt: timestamp(this.#clock),
      ...final,
      bytesPerSecond: null,
      etaSeconds: null,
    });
    this.#sendNow();
  }

  #change(fields: Partial<Job>): void {
    this.#job = { ...this.#job, ...fields };
  }

  #sendSoon(): void {
    this.#pending ??= setTimeout(() => this.#send(), EVENT_GAP_MS);
  }

  #sendNow(): void {
    this.#send();
    this.#save(this.#job);
  }

  #send(): void {
    if (this.#pending !== null) clearTimeout(this.#pending);
    this.#pending = null;
    this.#change({ sequence: this.#job.sequence + 1 });
    this.#emit(this.#job);
  }
}
