import { AppError } from '#engine/core/app-error.ts';
import type { ChunkSink } from './chunk-sink.ts';
import type { DigestSink } from './digest-sinks.ts';
import { type Ring, SLOT_BYTES } from './ring.ts';
import type { ByteSource } from './source-file.ts';
import type { ByteTarget } from './target-file.ts';

/** Everything that one pass over a source feeds. */
export interface Pass {
  readonly source: ByteSource;
  readonly sourceOffset: number;
  readonly lengthBytes: number;
  readonly target: ByteTarget | null;
  readonly hashers: readonly Pick<DigestSink, 'update'>[];
  readonly chunks: ChunkSink;
  readonly ring: Ring;
  cancelled(): boolean;
  onBytes(bytes: number): void;
}

/** What a worker reports at once. */
const REPORT_BYTES = 8 * 1024 * 1024;

/**
 * Reads the source once, from front to back, and hands every byte to the hashers, the chunk digests and the target. Reading
 * ahead, writing and the chunk digests go on elsewhere (the thread pool, another worker) while this thread hashes; no more
 * is under way than the ring holds. Returns the bytes read: fewer than `lengthBytes` when the source ends early.
 * When it throws, nothing touches the source, the target or the ring any more.
 */
export async function readThrough(pass: Pass): Promise<number> {
  const { source, target, ring, lengthBytes } = pass;
  const underWay = new Set<Promise<void>>();
  let failure: unknown = null;
  let position = 0;
  let unreported = 0;

  const track = (slot: number, work: readonly Promise<void>[]) => {
    const settled: Promise<void> = Promise.allSettled(work).then((results) => {
      for (const result of results) if (result.status === 'rejected') failure ??= result.reason;
      underWay.delete(settled);
      ring.give(slot);
    });
    underWay.add(settled);
  };
  const readInto = async (slot: number, at: number): Promise<Block> => {
    const view = ring.view(slot, Math.min(SLOT_BYTES, lengthBytes - at));
    try {
      return { slot, view: view.subarray(0, await source.read(view, pass.sourceOffset + at)) };
    } catch (error) {
      ring.give(slot);
      throw error;
    }
  };
  // A read begins in the same turn when a slot is free, so that it runs while this thread hashes.
  const readAhead = (at: number): Promise<Block> => {
    const slot = ring.tryTake();
    return slot === null ? ring.take().then((freed) => readInto(freed, at)) : readInto(slot, at);
  };

  let next: Promise<Block> | null = lengthBytes === 0 ? null : readAhead(0);
  try {
    while (next !== null) {
      const { slot, view }: Block = await next;
      next = null;
      const at = position;
      position += view.length;
      const more = view.length > 0 && position < lengthBytes;
      track(slot, [pass.chunks.add(slot, view), target?.write(view, at) ?? Promise.resolve()]);
      if (more) {
        next = readAhead(position);
        next.catch(() => {});
      }
      for (const hasher of pass.hashers) hasher.update(view);
      unreported += view.length;
      if (unreported >= REPORT_BYTES || !more) {
        pass.onBytes(unreported);
        unreported = 0;
      }
      if (failure !== null) throw failure as Error;
      if (pass.cancelled()) throw new AppError('CANCELLED', 'the job was cancelled');
    }
  } catch (error) {
    failure ??= error;
  }
  const unused = await next?.catch(() => null);
  if (unused) ring.give(unused.slot);
  await Promise.all(underWay);
  if (failure !== null) throw failure as Error;
  return position;
}

interface Block {
  readonly slot: number;
  readonly view: Uint8Array;
}
