import type { Engine } from '#engine/engine.ts';
import type { CallOutput } from '#shared/contract/calls.ts';

type Job = CallOutput<'jobs.get'>;

/**
 * Holds the engine, or the reason why there is none. A home that cannot be opened (locked, newer, damaged) is no end: each
 * call tries again and else fails with the reason, so the window can show it and offer another try.
 */
export class EngineHost {
  readonly #open: () => Promise<Engine>;
  readonly #onOpened: (engine: Engine) => void;
  #opening: Promise<Engine> | null = null;
  #engine: Engine | null = null;
  #closed = false;

  constructor(open: () => Promise<Engine>, onOpened: (engine: Engine) => void) {
    this.#open = open;
    this.#onOpened = onOpened;
  }

  /** The open engine; opens it when it is not. Throws what opening threw, an AppError for every expected reason. */
  async engine(): Promise<Engine> {
    if (this.#closed) throw new Error('The engine is closed.');
    if (this.#engine) return this.#engine;
    this.#opening ??= this.#openOnce();
    return this.#opening;
  }

  /** Jobs that would be interrupted by quitting now. */
  async unfinishedJobs(): Promise<Job[]> {
    if (!this.#engine || this.#closed) return [];
    const jobs = await this.#engine.call('jobs.list', {});
    return jobs.filter((job) => isUnfinished(job));
  }

  /** Stops jobs at their last checkpoint and lets go of the home. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#opening?.catch(() => undefined);
    await this.#engine?.close();
  }

  async #openOnce(): Promise<Engine> {
    try {
      this.#engine = await this.#open();
      this.#onOpened(this.#engine);
      return this.#engine;
    } finally {
      this.#opening = null;
    }
  }
}

/** Is the job one that still works, or will? */
export function isUnfinished(job: Pick<Job, 'state'>): boolean {
  return job.state === 'queued' || job.state === 'running' || job.state === 'cancelling';
}
