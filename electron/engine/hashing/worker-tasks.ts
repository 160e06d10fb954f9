import { AppError, errnoOf } from '#engine/core/app-error.ts';
import { type DigestNeed, digestKey } from '#engine/core/digest-need.ts';
import { reach } from '#engine/core/fault-points.ts';
import { type HashBackends, selectBackends, useBackends } from './backends.ts';
import { AssistedChunks, type ChunkSink, OwnChunks, assistChunks, noChunks } from './chunk-sink.ts';
import { guardObserver } from './guarded-observer.ts';
import { CHUNK_BYTES, type Hasher } from './hasher.ts';
import { KnownSource } from './known-bytes.ts';
import { digestSinks } from './digest-sinks.ts';
import { readThrough } from './read-through.ts';
import { Ring } from './ring.ts';
import { ResumedSource } from './resumed-source.ts';
import { SourceFile } from './source-file.ts';
import { splitTask } from './split-task.ts';
import { TargetFile } from './target-file.ts';
import type { TaskReports } from './task-reports.ts';
import type {
  HashedBytes,
  ReadTask,
  VerifiedChunks,
  VerifyTask,
  WorkerResults,
  WorkerTask,
} from './worker-protocol.ts';

/** Chunks are read in pieces that stay in the processor's cache between reading and hashing. */
const PIECE_BYTES = 256 * 1024;

let sharedRing: Ring | null = null;

/** Does one task in this thread. Errors are AppErrors about the file concerned. */
export async function runTask(
  task: WorkerTask,
  reports: TaskReports,
): Promise<WorkerResults[WorkerTask['kind']]> {
  switch (task.kind) {
    case 'measure':
      return [...(await selectBackends(task.algorithms)).table];
    case 'read':
      return readTask(task, reports);
    case 'split':
      // A worker does one reading task at a time, so its ring is free whenever a task begins.
      return splitTask(task, (sharedRing ??= new Ring()), reports);
    case 'assist': {
      const backends = useBackends(task.table);
      await assistChunks(task.port, () => backends.create('sha256'));
      return null;
    }
    case 'verify':
      return verifyTask(task, reports);
  }
}

async function readTask(task: ReadTask, reports: TaskReports): Promise<HashedBytes> {
  let target: TargetFile | null = null;
  let finished = false;
  const ring = (sharedRing ??= new Ring());
  try {
    const source = new SourceFile(task.source, { direct: task.direct && ring.aligned });
    try {
      const lengthBytes = task.length ?? source.sizeBytes - task.sourceOffset;
      if (task.target !== null) {
        target = new TargetFile(task.target, lengthBytes, ring.aligned);
        if (task.target.exclusive) reports.onCreated(task.target.path);
        reach('copy.created');
      }
      const hashed = await hashThrough(task, source, target, lengthBytes, ring, reports);
      source.confirmUnchanged();
      if (target !== null) reach('copy.written');
      await target?.finish();
      if (target !== null) reach('copy.synced');
      finished = true;
      return hashed;
    } finally {
      source.close();
    }
  } finally {
    task.assistant?.close();
    target?.close();
    if (!finished && task.target?.exclusive === true && !task.target.keepPartial) target?.remove();
  }
}

/** What the only chunk of a small file needs anyway. */
const wholeSha256: DigestNeed = { algorithm: 'sha256' };

async function hashThrough(
  task: ReadTask,
  source: SourceFile,
  target: TargetFile | null,
  lengthBytes: number,
  ring: Ring,
  reports: TaskReports,
): Promise<HashedBytes> {
  const backends = useBackends(task.table);
  const oneChunk = task.wantsChunks && lengthBytes <= CHUNK_BYTES;
  const needs = oneChunk ? [...task.needs, wholeSha256] : task.needs;
  const sinks = await digestSinks(needs, (algorithm) => backends.create(algorithm));
  const onChunk = (hex: string) => {
    reports.onChunk(hex);
    reach('copy.chunk');
  };
  const chunks = oneChunk || !task.wantsChunks ? noChunks : chunkSink(task, ring, backends, onChunk);
  const observer = guardObserver(task.observe ? await reports.newObserver() : null);
  const fresh = task.known.length === 0 ? source : new KnownSource(source, task.known);
  const kept = task.target === null || task.keptBytes === 0 ? null : new ResumedSource(fresh, task);
  const sizeBytes = await readThrough({
    source: kept ?? fresh,
    sourceOffset: task.sourceOffset,
    lengthBytes,
    target: kept === null || target === null ? target : kept.beyond(target),
    hashers: [...sinks, observer],
    chunks,
    ring,
    cancelled: () => reports.cancelled(),
    onBytes: (bytes) => reports.onBytes(bytes),
  }).finally(() => kept?.close());
  if (sizeBytes !== lengthBytes) {
    throw source.changed(`its end after ${task.sourceOffset + sizeBytes} bytes`);
  }
  const digests = new Map(sinks.flatMap((sink) => [...sink.finish()]));
  const chunkDigests = oneChunk ? oneChunkDigest(digests, lengthBytes) : await chunks.finish();
  const asked = new Set(task.needs.map(digestKey));
  return {
    sizeBytes,
    direct: source.isDirect,
    digests: [...digests].filter(([key]) => asked.has(key)),
    chunks: chunkDigests,
    observed: observer.finish(),
  };
}

function chunkSink(
  task: ReadTask,
  ring: Ring,
  backends: HashBackends,
  onChunk: (hex: string) => void,
): ChunkSink {
  return task.assistant === null
    ? new OwnChunks(() => backends.create('sha256'), onChunk)
    : new AssistedChunks(task.assistant, ring, onChunk);
}

function oneChunkDigest(digests: ReadonlyMap<string, string>, lengthBytes: number): string[] {
  const whole = digests.get('sha256');
  return lengthBytes === 0 || whole === undefined ? [] : [whole];
}

async function verifyTask(task: VerifyTask, reports: TaskReports): Promise<VerifiedChunks> {
  const backends = useBackends(task.table);
  const next = new Int32Array(task.next);
  const bad: number[] = [];
  const piece = new Uint8Array(PIECE_BYTES);
  const source = new SourceFile(task.path);
  try {
    for (;;) {
      const chunk = Atomics.add(next, 0, 1);
      const expected = task.chunks[chunk];
      if (expected === undefined) return { sizeBytes: source.sizeBytes, bad };
      const start = chunk * CHUNK_BYTES;
      const end = Math.min(start + CHUNK_BYTES, task.sizeBytes);
      const hasher = await backends.create('sha256');
      if (!hashStretch(source, { start, end }, piece, hasher) || hasher.hex() !== expected) bad.push(chunk);
      reports.onBytes(end - start);
      if (reports.cancelled()) throw new AppError('CANCELLED', 'the job was cancelled');
    }
  } finally {
    source.close();
  }
}

/** False when the disk cannot read it (EIO): then it is as bad as other bytes, and what lies around it may be good. */
function hashStretch(
  source: SourceFile,
  { start, end }: { start: number; end: number },
  piece: Uint8Array,
  hasher: Hasher,
): boolean {
  try {
    for (let at = start; at < end;) {
      const got = source.readSync(piece.subarray(0, Math.min(PIECE_BYTES, end - at)), at);
      if (got === 0) break;
      hasher.update(piece.subarray(0, got));
      at += got;
    }
    return true;
  } catch (error) {
    if (error instanceof AppError && errnoOf(error.cause) === 'EIO') return false;
    throw error;
  }
}
