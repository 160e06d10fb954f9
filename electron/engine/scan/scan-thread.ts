import { Worker } from 'node:worker_threads';
import { fromFailure } from '#engine/core/app-error.ts';
import type { ScannedFile } from './scan-file.ts';
import { shown } from './shown.ts';
import type { ScanReply, ScanRequest, ScanWorkerData } from './worker-protocol.ts';

/** How the scan of a file ended when the worker did not answer. */
export type Death =
  | { readonly rule: 'scan.crashed'; readonly detail: string }
  | { readonly rule: 'scan.timed-out'; readonly detail: string };

/** What V8 may take for objects in a scanning thread; buffers come on top, and the scanners bound those. */
const HEAP_MIB = 256;

/** A worker thread that scans one file at a time and can be killed at any moment. Starts when it is first needed. */
export class ScanThread {
  readonly #url: URL;
  #worker: Worker | null = null;
  #lastId = 0;

  constructor(url: URL) {
    this.#url = url;
  }

  /**
   * Scans a file. A worker that dies, runs out of memory or takes longer than `deadlineMs` answers with how it ended. Rejects
   * with AppError when the file cannot be read, and with the signal's reason when it is aborted.
   */
  scan(
    request: Omit<ScanRequest, 'id'>,
    options: { deadlineMs: number; signal: AbortSignal; onBytes: (bytes: number) => void },
  ): Promise<ScannedFile | Death> {
    const worker = (this.#worker ??= this.#start());
    const id = ++this.#lastId;
    return new Promise<ScannedFile | Death>((resolve, reject) => {
      const hear = (reply: ScanReply) => {
        if (reply.id !== id) return;
        if (reply.type === 'bytes') options.onBytes(reply.bytes);
        else if (reply.type === 'done') settle(() => resolve(reply.scanned));
        else settle(() => reject(fromFailure(reply.failure)));
      };
      const fail = (error: unknown) => settle(() => resolve(crashed(error)));
      const exit = (code: number) => settle(() => resolve(crashed(`the thread ended with code ${code}`)));
      const abort = () => {
        this.kill();
        settle(() => reject(options.signal.reason as Error));
      };
      const timer = setTimeout(() => {
        this.kill();
        const seconds = Math.round(options.deadlineMs / 1000);
        settle(() => resolve({ rule: 'scan.timed-out', detail: `It was not done after ${seconds} s.` }));
      }, options.deadlineMs);
      const settle = (end: () => void) => {
        clearTimeout(timer);
        worker.off('message', hear).off('error', fail).off('exit', exit);
        options.signal.removeEventListener('abort', abort);
        worker.unref();
        end();
      };
      worker.on('message', hear).on('error', fail).on('exit', exit);
      options.signal.addEventListener('abort', abort);
      worker.ref();
      worker.postMessage({ ...request, id } satisfies ScanRequest);
    });
  }

  /** Ends the thread, whatever it does; the next scan starts a new one. */
  kill(): void {
    const worker = this.#worker;
    this.#worker = null;
    void worker?.terminate();
  }

  #start(): Worker {
    const workerData: ScanWorkerData = { role: 'scan' };
    const worker = new Worker(this.#url, {
      execArgv: [],
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB, maxYoungGenerationSizeMb: 32 },
    });
    const forget = () => {
      if (this.#worker === worker) this.#worker = null;
    };
    // Errors between scans have nobody else to hear them.
    worker.on('error', forget).on('exit', forget);
    return worker;
  }
}

function crashed(error: unknown): Death {
  const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const what = isMemory
    ? 'it needed too much memory'
    : error instanceof Error
      ? error.message
      : String(error);
  return { rule: 'scan.crashed', detail: `The scanning thread stopped: ${shown(what)}.` };
}
