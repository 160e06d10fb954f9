import { rmSync } from 'node:fs';
import { reach } from '#engine/core/fault-points.ts';
import type { StreamObserver } from '#engine/core/stream-observer.ts';
import { type HashBackends, useBackends } from './backends.ts';
import { type DigestSink, digestSinks } from './digest-sinks.ts';
import { ChunkDigests } from './chunk-digests.ts';
import { guardObserver } from './guarded-observer.ts';
import { noChunks } from './chunk-sink.ts';
import { KnownSource } from './known-bytes.ts';
import { readThrough } from './read-through.ts';
import type { Ring } from './ring.ts';
import { SourceFile } from './source-file.ts';
import { type ByteTarget, TargetFile } from './target-file.ts';
import type { TaskReports } from './task-reports.ts';
import type { HashedBytes, SplitBytes, SplitPart, SplitTask } from './worker-protocol.ts';

/**
 * Reads a stretch once, from front to back: its own SHA-256 covers every byte, also those between the parts, and each part
 * goes to a file of its own with the digests it wants. On failure no file of a part stays.
 */
export async function splitTask(task: SplitTask, ring: Ring, reports: TaskReports): Promise<SplitBytes> {
  const backends = useBackends(task.table);
  const source = new SourceFile(task.source);
  const writer = new PartWriter(task.parts, backends, ring.aligned, reports);
  try {
    const whole = await backends.create('sha256');
    const read = await readThrough({
      source: new KnownSource(source, task.known),
      sourceOffset: task.sourceOffset,
      lengthBytes: task.length,
      target: writer,
      hashers: [whole],
      chunks: noChunks,
      ring,
      cancelled: () => reports.cancelled(),
      onBytes: (bytes) => reports.onBytes(bytes),
    });
    if (read !== task.length) throw source.changed(`its end after ${task.sourceOffset + read} bytes`);
    source.confirmUnchanged();
    await writer.finish();
    return { sha256: whole.hex(), parts: writer.results };
  } catch (error) {
    writer.discard();
    throw error;
  } finally {
    source.close();
  }
}

interface OpenPart {
  readonly part: SplitPart;
  readonly target: TargetFile;
  readonly sinks: readonly DigestSink[];
  readonly chunks: ChunkDigests;
  readonly observer: StreamObserver;
}

/** Takes the stretch's bytes in order and hands each part its own. */
class PartWriter implements ByteTarget {
  readonly results: HashedBytes[] = [];
  readonly #parts: readonly SplitPart[];
  readonly #backends: HashBackends;
  readonly #aligned: boolean;
  readonly #reports: TaskReports;
  readonly #made: string[] = [];
  #open: OpenPart | null = null;
  #queue: Promise<void> = Promise.resolve();

  constructor(parts: readonly SplitPart[], backends: HashBackends, aligned: boolean, reports: TaskReports) {
    this.#parts = parts;
    this.#backends = backends;
    this.#aligned = aligned;
    this.#reports = reports;
  }

  /** One block after the other: parts end inside of blocks. */
  write(view: Uint8Array, position: number): Promise<void> {
    this.#queue = this.#queue.then(() => this.#take(view, position));
    return this.#queue;
  }

  /** Also makes the parts without bytes that lie at the very end. */
  async finish(): Promise<void> {
    for (let part = this.#due; part !== undefined; part = this.#due) await this.#end(await this.#begin(part));
  }

  /** After a failure, once nothing is under way. */
  discard(): void {
    this.#open?.target.close();
    for (const file of this.#made) rmSync(file, { force: true });
  }

  get #due(): SplitPart | undefined {
    return this.#parts[this.results.length];
  }

  async #take(view: Uint8Array, position: number): Promise<void> {
    const end = position + view.length;
    for (let part = this.#due; part !== undefined && part.offset < end; part = this.#due) {
      this.#open ??= await this.#begin(part);
      const from = Math.max(0, part.offset - position);
      const to = Math.min(view.length, part.offset + part.length - position);
      if (to > from) await this.#feed(this.#open, view.subarray(from, to), position + from - part.offset);
      if (end < part.offset + part.length) return;
      await this.#end(this.#open);
    }
  }

  async #begin(part: SplitPart): Promise<OpenPart> {
    const target = new TargetFile(
      { path: part.target, offset: 0, exclusive: true, keepPartial: false },
      part.length,
      this.#aligned,
    );
    this.#made.push(part.target);
    this.#reports.onCreated(part.target);
    reach('copy.created');
    const sinks = await digestSinks(part.needs, (algorithm) => this.#backends.create(algorithm));
    const chunks = new ChunkDigests(() => this.#backends.create('sha256'));
    const observer = guardObserver(part.observe === true ? await this.#reports.newObserver() : null);
    return { part, target, sinks, chunks, observer };
  }

  async #feed({ target, sinks, chunks, observer }: OpenPart, bytes: Uint8Array, at: number): Promise<void> {
    const written = target.write(bytes, at);
    for (const sink of sinks) sink.update(bytes);
    observer.update(bytes);
    await chunks.update(bytes);
    await written;
  }

  async #end({ part, target, sinks, chunks, observer }: OpenPart): Promise<void> {
    await target.finish();
    target.close();
    this.#open = null;
    this.results.push({
      sizeBytes: part.length,
      direct: false,
      digests: sinks.flatMap((sink) => [...sink.finish()]),
      chunks: chunks.finish(),
      observed: observer.finish(),
    });
  }
}
