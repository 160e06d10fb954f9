import { rmSync } from 'node:fs';
import { Worker, type TransferListItem } from 'node:worker_threads';
import { AppError, fromFailure } from '#engine/core/app-error.ts';
import type { Deferred } from './deferred.ts';
import type { WorkerReply, WorkerRequest, WorkerResults, WorkerTask } from './worker-protocol.ts';

/** A task as the pool keeps it until a worker is free. */
export interface PoolTask<K extends WorkerTask['kind'] = WorkerTask['kind']> {
  readonly task: Extract<WorkerTask, { kind: K }>;
  readonly cancel: SharedArrayBuffer;
  readonly transfer: readonly TransferListItem[];
  /** A worker that dies cannot clean up after itself. */
  readonly removeOnDeath: boolean;
  readonly onBytes: ((bytes: number) => void) | undefined;
  readonly onChunk: ((hex: string) => void) | undefined;
  readonly done: Deferred<WorkerResults[K]>;
}

/** One worker thread, one task at a time. It starts when it is first needed, and does not keep the process alive when idle. */
export class PoolWorker {
  readonly #url: URL;
  readonly #onIdle: () => void;
  #thread: Worker | null = null;
  #running: PoolTask | null = null;
  #created: string[] = [];
  #lastId = 0;

  constructor(url: URL, onIdle: () => void) {
    this.#url = url;
    this.#onIdle = onIdle;
  }

  get idle(): boolean {
    return this.#running === null;
  }

  /** Only when idle. */
  run(task: PoolTask): void {
    this.#running = task;
    this.#created = [];
    this.#lastId++;
    const thread = (this.#thread ??= this.#start());
    thread.ref();
    const request: WorkerRequest = { id: this.#lastId, task: task.task, cancel: task.cancel };
    thread.postMessage(request, task.transfer);
  }

  async stop(): Promise<void> {
    await this.#thread?.terminate();
  }

  #start(): Worker {
    // What the process was started with (loaders, inspectors) is not for workers.
    const thread = new Worker(this.#url, { execArgv: [] });
    thread.on('message', (reply: WorkerReply) => this.#hear(reply));
    thread.on('error', (error: unknown) => this.#died(thread, error));
    thread.on('exit', () => this.#died(thread, null));
    return thread;
  }

  #hear(reply: WorkerReply): void {
    const running = this.#running;
    if (running === null || reply.id !== this.#lastId) return;
    if (reply.type === 'bytes') running.onBytes?.(reply.bytes);
    else if (reply.type === 'chunk') running.onChunk?.(reply.hex);
    else if (reply.type === 'created') this.#created.push(reply.path);
    else {
      this.#thread?.unref();
      if (reply.type === 'done') running.done.resolve(reply.result);
      else running.done.reject(revive(reply));
      this.#running = null;
      this.#onIdle();
    }
  }

  /** Rejects the task; the next one starts a new thread. */
  #died(thread: Worker, cause: unknown): void {
    if (this.#thread !== thread) return;
    this.#thread = null;
    const running = this.#running;
    this.#running = null;
    if (running !== null) {
      if (running.removeOnDeath) for (const file of this.#created) rmSync(file, { force: true });
      const reason = cause instanceof Error ? `: ${cause.message}` : '';
      running.done.reject(new AppError('INTERNAL', `a hashing worker stopped${reason}`, {}, cause));
    }
    this.#onIdle();
  }
}

/** The worker's error again, with the errno it came from as its cause. */
function revive(reply: Extract<WorkerReply, { type: 'failed' }>): AppError {
  const { code, message, details } = fromFailure(reply.failure);
  const cause = reply.errno === null ? undefined : Object.assign(new Error(message), { code: reply.errno });
  return new AppError(code, message, details, cause);
}
