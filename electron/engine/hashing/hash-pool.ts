import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, type TransferListItem } from 'node:worker_threads';
import { HashAlgorithm, type HashBackendRow } from '#shared/contract/system.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { DigestNeed } from '#engine/core/digest-need.ts';
import { deferred } from './deferred.ts';
import { CHUNK_BYTES } from './hasher.ts';
import type { KnownBytes } from './known-bytes.ts';
import { type ByteRange, rangesOf } from './byte-range.ts';
import type {
  CopyFileOptions,
  CopyRangeOptions,
  FileTaskOptions,
  HashFileOptions,
  HashedFile,
  ResumableCopyOptions,
  SplitFileOptions,
  SplitResult,
  VerifyChunksOptions,
} from './pool-options.ts';
import { type PoolTask, PoolWorker } from './pool-worker.ts';
import type { HashedBytes, WorkerResults, WorkerTask, WriteTarget } from './worker-protocol.ts';

export { CHUNK_BYTES } from './hasher.ts';
export type { ByteRange } from './byte-range.ts';
export type * from './pool-options.ts';
export type { KnownBytes } from './known-bytes.ts';
export type { SplitPart } from './worker-protocol.ts';

/**
 * Worker threads that read, hash and copy files; the calling thread only waits. Sources are opened without following a
 * link, must be regular files and must stay as they were, else FILE-NOT-REGULAR and FILE-CHANGED. Errors are AppErrors
 * about the file concerned (DISK-FULL, MEDIA-GONE, …) whose cause has the errno. A worker that dies rejects its task
 * with INTERNAL and is replaced.
 */
export class HashPool {
  readonly #workers: readonly PoolWorker[];
  readonly #queue: PoolTask[] = [];
  readonly #running = new Set<PoolTask>();
  readonly #rows = new Map<HashAlgorithm, Promise<readonly HashBackendRow[]>>();
  #closed = false;

  /** `workerUrl`: worker.ts, or what it was built into. Threads start when they are first needed. */
  constructor(options: { workerUrl: URL; size?: number }) {
    const size = options.size ?? Math.min(4, Math.max(2, availableParallelism()));
    this.#workers = Array.from({ length: size }, () => new PoolWorker(options.workerUrl, () => this.#next()));
  }

  /** The backends of these algorithms, all by default, checked and measured in a worker when they are first asked for. */
  async table(
    algorithms: readonly HashAlgorithm[] = HashAlgorithm.options,
  ): Promise<readonly HashBackendRow[]> {
    const wanted = [...new Set(algorithms)];
    const unknown = wanted.filter((algorithm) => !this.#rows.has(algorithm));
    if (unknown.length > 0) {
      const measured = this.#run('measure', { kind: 'measure', algorithms: unknown }, {});
      for (const algorithm of unknown) {
        const rows = measured.then((all) => all.filter((row) => row.algorithm === algorithm));
        this.#rows.set(algorithm, rows);
        rows.catch(() => this.#rows.delete(algorithm));
      }
    }
    return (await Promise.all(wanted.flatMap((algorithm) => this.#rows.get(algorithm) ?? []))).flat();
  }

  /** Reads the source once and writes it to a new file, which is on the disk (fsync) when this resolves. */
  copyFile(options: CopyFileOptions): Promise<HashedFile> {
    const { source, observe = false } = options;
    const target = { path: options.target, offset: 0, exclusive: true, keepPartial: false };
    const needs = needsOf(options);
    const task = { source, sourceOffset: 0, length: null, target, keptBytes: 0, needs, observe };
    return this.#read(task, options);
  }

  /**
   * Copies a stretch of the source into a file of its own that may be there in part already; only what is missing is read
   * from the source, the rest from the copy. What it returns is about all of it.
   */
  copyResumably(options: ResumableCopyOptions): Promise<HashedFile> {
    const { source, sourceOffset, length, keptBytes, known = [], observe = false } = options;
    const target = { path: options.target, offset: 0, exclusive: keptBytes === 0, keepPartial: true };
    const needs = needsOf(options);
    return this.#read({ source, sourceOffset, length, target, keptBytes, known, needs, observe }, options);
  }

  /** Reads a stretch once and writes the files that lie in it; on failure none of them stays. */
  async splitFile(options: SplitFileOptions): Promise<SplitResult> {
    const { source, sourceOffset, length, known = [], parts } = options;
    const table = await this.table();
    const task = { kind: 'split', source, sourceOffset, length, known, parts, table } as const;
    const found = await this.#run('split', task, { ...options, removeOnDeath: true });
    return { sha256: found.sha256, parts: found.parts.map(toHashedFile) };
  }

  /** The same for a range of the source, into its place in the target; chunks count from the range's start. */
  copyRange(options: CopyRangeOptions): Promise<HashedFile> {
    const { source, sourceOffset = 0, length, targetOffset, exclusive = false } = options;
    const target = { path: options.target, offset: targetOffset, exclusive, keepPartial: false };
    const needs = needsOf({ algorithms: options.algorithms ?? ['sha256'] });
    return this.#read({ source, sourceOffset, length, target, keptBytes: 0, needs }, options);
  }

  /** Reads a stretch of a file, or all of it, and writes nothing. */
  hashFile(options: HashFileOptions): Promise<HashedFile> {
    const { path: source, sourceOffset = 0, length = null, known = [], direct = false } = options;
    const needs = needsOf(options);
    const what = { source, sourceOffset, length, direct, target: null, keptBytes: 0, known, needs };
    return this.#read(what, options);
  }

  /**
   * Reads the file's chunks in parallel and returns the ranges that are not what `chunks` says, neighbours joined; also
   * what the file lacks or has too much, and what the disk cannot read (EIO). Rejects when it cannot be opened.
   */
  async verifyChunks(options: VerifyChunksOptions): Promise<ByteRange[]> {
    const { path, sizeBytes } = options;
    const [from, to] = options.range ?? [0, options.chunks.length];
    const chunks = options.chunks.slice(0, to);
    const table = await this.table(['sha256']);
    const cancel = new SharedArrayBuffer(4);
    const next = new SharedArrayBuffer(4);
    Atomics.store(new Int32Array(next), 0, from);
    const workers = Math.max(1, Math.min(this.#workers.length, to - from));
    const task = { kind: 'verify', path, sizeBytes, chunks, next, table } as const;
    const parts = Array.from({ length: workers }, () => this.#run('verify', task, { ...options, cancel }));
    try {
      const results = await Promise.all(parts);
      const bad = results.flatMap((result) => result.bad);
      return rangesOf(bad, CHUNK_BYTES, sizeBytes, results[0]?.sizeBytes ?? 0);
    } catch (error) {
      // One part failed: the others have nothing left to find out.
      Atomics.store(new Int32Array(cancel), 0, 1);
      await Promise.allSettled(parts);
      throw error;
    }
  }

  /** Cancels what runs, waits until it has cleaned up, and ends the threads. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const task of this.#queue.splice(0)) task.done.reject(cancelled());
    for (const task of this.#running) Atomics.store(new Int32Array(task.cancel), 0, 1);
    // An assistant ends with its reader.
    const leading = [...this.#running].filter(({ task }) => task.kind !== 'assist');
    await Promise.allSettled(leading.map((task) => task.done.promise));
    await Promise.all(this.#workers.map((worker) => worker.stop()));
  }

  async #read(
    task: {
      source: string;
      sourceOffset: number;
      length: number | null;
      direct?: boolean;
      target: WriteTarget | null;
      keptBytes: number;
      known?: readonly KnownBytes[];
      needs: readonly DigestNeed[];
      observe?: boolean;
    },
    options: FileTaskOptions & { onChunk?: (hex: string) => void; wantsChunks?: boolean },
  ): Promise<HashedFile> {
    const { wantsChunks = true } = options;
    const algorithms = task.needs.map(({ algorithm }) => algorithm);
    const table = await this.table(wantsChunks ? ['sha256', ...algorithms] : algorithms);
    const expectedBytes = task.length ?? (await sizeOf(task.source));
    const assistant = wantsChunks && expectedBytes > CHUNK_BYTES ? this.#recruit(table) : null;
    const reading = this.#run(
      'read',
      { kind: 'read', direct: false, observe: false, known: [], ...task, table, wantsChunks, assistant },
      { ...options, removeOnDeath: task.target?.exclusive === true && !task.target.keepPartial },
      assistant === null ? [] : [assistant],
    );
    // A read that never began leaves its assistant waiting.
    const hashed: HashedBytes = await reading.finally(() => assistant?.close());
    return toHashedFile(hashed);
  }

  /** Lends a worker that would be idle otherwise to a read, for its chunk digests. */
  #recruit(table: readonly HashBackendRow[]): MessagePort | null {
    const idle = this.#workers.filter((worker) => worker.idle);
    if (idle.length < 2 || this.#queue.length > 0) return null;
    const { port1, port2 } = new MessageChannel();
    // What goes wrong here shows as the end of the channel at the other side.
    this.#run('assist', { kind: 'assist', port: port2, table }, {}, [port2]).catch(() => {});
    return port1;
  }

  #run<K extends WorkerTask['kind']>(
    _kind: K,
    task: Extract<WorkerTask, { kind: K }>,
    options: FileTaskOptions & {
      onChunk?: (hex: string) => void;
      cancel?: SharedArrayBuffer;
      removeOnDeath?: boolean;
    },
    transfer: readonly TransferListItem[] = [],
  ): Promise<WorkerResults[K]> {
    const { signal, onBytes, onChunk } = options;
    const cancel = options.cancel ?? new SharedArrayBuffer(4);
    const done = deferred<WorkerResults[K]>();
    if (this.#closed || signal?.aborted === true) return Promise.reject(cancelled());
    const queued = {
      task,
      cancel,
      transfer,
      removeOnDeath: options.removeOnDeath ?? false,
      onBytes,
      onChunk,
      done,
    } as unknown as PoolTask;
    const onAbort = () => {
      Atomics.store(new Int32Array(cancel), 0, 1);
      const at = this.#queue.indexOf(queued);
      if (at < 0) return;
      this.#queue.splice(at, 1);
      done.reject(cancelled());
    };
    signal?.addEventListener('abort', onAbort);
    this.#queue.push(queued);
    this.#next();
    return done.promise.finally(() => {
      this.#running.delete(queued);
      signal?.removeEventListener('abort', onAbort);
    });
  }

  #next(): void {
    for (const worker of this.#workers) {
      if (!worker.idle) continue;
      const task = this.#queue.shift();
      if (task === undefined) return;
      this.#running.add(task);
      worker.run(task);
    }
  }
}

function needsOf(options: {
  algorithms: readonly HashAlgorithm[];
  needs?: readonly DigestNeed[];
}): DigestNeed[] {
  return [...options.algorithms.map((algorithm) => ({ algorithm })), ...(options.needs ?? [])];
}

function toHashedFile(hashed: HashedBytes): HashedFile {
  const { sizeBytes, digests, chunks, direct, observed } = hashed;
  return { sizeBytes, direct, digests: new Map(digests), chunks: [...chunks], observed };
}

/** Only to decide how to go about it; the worker opens the file safely and reports what is wrong with it. */
async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
}

function cancelled(): AppError {
  return new AppError('CANCELLED', 'the job was cancelled');
}
