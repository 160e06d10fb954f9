import { availableParallelism } from 'node:os';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { ruleOf } from './rules/index.ts';
import type { ScannedFile } from './scan-file.ts';
import { type Death, ScanThread } from './scan-thread.ts';
import { shown } from './shown.ts';

/** A file to scan, and who is told how it goes. */
export interface ScanTask {
  /** As the folder or release calls it. */
  readonly path: string;
  /** Where its bytes lie; absolute. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly extent: 'all' | 'structure';
  readonly signal: AbortSignal;
  /** Bytes read since the last call; `sizeBytes` in all. */
  onBytes(bytes: number): void;
}

/** A minute, and what the slowest medium needs to read the bytes. */
const DEADLINE_MS = 60_000;
const SLOWEST_BYTES_PER_MS = 4000;

/** Starting a second thread takes longer than scanning these one after the other. */
const SMALL_BYTES = 4 * 1024 * 1024;

interface Waiting {
  readonly isSmall: boolean;
  readonly resolve: (thread: ScanThread) => void;
}

/** How long a scan may take. */
export function deadlineFor(sizeBytes: number): number {
  return DEADLINE_MS + sizeBytes / SLOWEST_BYTES_PER_MS;
}

/** What the environment does to reading; it is no finding about the file. */
const environment = new Set(['MEDIA-GONE', 'INTERNAL', 'CANCELLED']);

/**
 * Scans files in threads of their own, two at a time. Whatever a file does to its scanner is a finding about that file
 * (`scan.crashed`, `scan.timed-out`), and the others go on.
 */
export class ScanPool {
  readonly #threads: ScanThread[];
  readonly #free: ScanThread[];
  readonly #waiting: Waiting[] = [];
  readonly #deadlineFor: (sizeBytes: number) => number;
  #closed = false;

  /** `workerUrl`: worker.ts, or what it was built into. */
  constructor(options: { workerUrl: URL; deadlineFor?: (sizeBytes: number) => number }) {
    const lanes = Math.min(2, availableParallelism());
    this.#threads = Array.from({ length: lanes }, () => new ScanThread(options.workerUrl));
    this.#free = [...this.#threads];
    this.#deadlineFor = options.deadlineFor ?? deadlineFor;
  }

  get lanes(): number {
    return this.#threads.length;
  }

  /** Rejects with CANCELLED, or when the medium is gone; nothing that the file does makes it reject. */
  async scan(task: ScanTask): Promise<ScannedFile> {
    const thread = await this.#take(task.sizeBytes);
    try {
      if (this.#closed || task.signal.aborted) throw cancelled();
      return await this.#scanWith(thread, task);
    } finally {
      this.#give(thread);
    }
  }

  /** Ends the threads. */
  close(): void {
    this.#closed = true;
    for (const thread of this.#threads) thread.kill();
  }

  async #scanWith(thread: ScanThread, task: ScanTask): Promise<ScannedFile> {
    let told = 0;
    const onBytes = (bytes: number) => {
      const more = Math.min(bytes, task.sizeBytes - told);
      told += more;
      task.onBytes(more);
    };
    try {
      const ended = await thread.scan(
        { path: task.path, file: task.file, extent: task.extent },
        { deadlineMs: this.#deadlineFor(task.sizeBytes), signal: task.signal, onBytes },
      );
      return 'rule' in ended ? deadFile(task, ended) : ended;
    } catch (error) {
      if (task.signal.aborted) throw cancelled();
      return unreadFile(task, error);
    } finally {
      onBytes(task.sizeBytes - told);
    }
  }

  #take(sizeBytes: number): Promise<ScanThread> {
    const isSmall = sizeBytes < SMALL_BYTES;
    const at = this.#free.findIndex((thread) => this.#suits(thread, isSmall));
    const [thread] = at < 0 ? [] : this.#free.splice(at, 1);
    if (thread !== undefined) return Promise.resolve(thread);
    return new Promise((resolve) => this.#waiting.push({ isSmall, resolve }));
  }

  #give(thread: ScanThread): void {
    const at = this.#waiting.findIndex(({ isSmall }) => this.#suits(thread, isSmall));
    const [next] = at < 0 ? [] : this.#waiting.splice(at, 1);
    if (next === undefined) this.#free.push(thread);
    else next.resolve(thread);
  }

  #suits(thread: ScanThread, isSmall: boolean): boolean {
    return !isSmall || thread === this.#threads[0];
  }
}

function deadFile(task: ScanTask, { rule, detail }: Death): ScannedFile {
  return withFinding(task, rule, detail);
}

function unreadFile(task: ScanTask, error: unknown): ScannedFile {
  const { code, message } = asAppError(error);
  if (environment.has(code)) throw error;
  return withFinding(task, code === 'FILE-CHANGED' ? 'file.changed' : 'file.unreadable', shown(message));
}

/** A file of which nothing is known but what went wrong. */
function withFinding({ path, sizeBytes }: ScanTask, rule: string, detail: string): ScannedFile {
  const { severity } = ruleOf(rule);
  const findings = [{ rule, severity, detail }];
  return { path, format: 'unknown', sizeBytes, bytesRead: 0, findings, facts: [] };
}

function cancelled(): AppError {
  return new AppError('CANCELLED', 'the job was cancelled');
}
