import type { MessagePort } from 'node:worker_threads';
import type { Failure } from '#shared/contract/errors.ts';
import type { HashAlgorithm, HashBackendRow } from '#shared/contract/system.ts';
import type { DigestNeed } from '#engine/core/digest-need.ts';
import type { KnownBytes } from './known-bytes.ts';

/** What a worker can be asked to do. Paths are absolute. */
export type WorkerTask =
  | { readonly kind: 'measure'; readonly algorithms: readonly HashAlgorithm[] }
  | ({ readonly kind: 'read' } & ReadTask)
  | ({ readonly kind: 'split' } & SplitTask)
  | { readonly kind: 'assist'; readonly port: MessagePort; readonly table: readonly HashBackendRow[] }
  | ({ readonly kind: 'verify' } & VerifyTask);

/** One sequential read of a file or a range of it: hash it and, with a target, write it there. */
export interface ReadTask {
  readonly source: string;
  readonly sourceOffset: number;
  /** null: to the end of the file. */
  readonly length: number | null;
  /** Read past the page cache where the system can. */
  readonly direct: boolean;
  readonly target: WriteTarget | null;
  /** Bytes at the target's start that an earlier copy left there, verified: they are read from it, not from the source. */
  readonly keptBytes: number;
  /** Bytes of the source that were read before, in order: they are not read again. */
  readonly known: readonly KnownBytes[];
  /** Ranges count from where reading begins. */
  readonly needs: readonly DigestNeed[];
  /** Let an observer see the bytes, when the worker has one. */
  readonly observe: boolean;
  readonly table: readonly HashBackendRow[];
  /** Are the SHA-256 of each chunk wanted? */
  readonly wantsChunks: boolean;
  /** Leads to a worker that computes the chunk digests meanwhile. */
  readonly assistant: MessagePort | null;
}

/** One sequential read of a stretch that holds several files (a tar layer): each to its place, and the digest of all of it. */
export interface SplitTask {
  readonly source: string;
  readonly sourceOffset: number;
  readonly length: number;
  /** Bytes of the source that were read before, in order: they are not read again. */
  readonly known: readonly KnownBytes[];
  readonly parts: readonly SplitPart[];
  readonly table: readonly HashBackendRow[];
}

/** A file inside the stretch. Parts are in order and do not overlap. */
export interface SplitPart {
  /** From the stretch's start. */
  readonly offset: number;
  readonly length: number;
  /** Made anew. */
  readonly target: string;
  readonly needs: readonly DigestNeed[];
  /** Let an observer see the bytes, when the worker has one. */
  readonly observe?: boolean;
}

export interface SplitBytes {
  /** SHA-256 (hex) of the whole stretch. */
  readonly sha256: string;
  /** In order of the parts. */
  readonly parts: readonly HashedBytes[];
}

export interface WriteTarget {
  readonly path: string;
  readonly offset: number;
  /** The target must not exist yet, and is removed again when the copy fails. */
  readonly exclusive: boolean;
  /** Leave what was written when the copy fails. */
  readonly keepPartial: boolean;
}

/** Compare chunks with what they should be; the workers on one file share `next`, the number of the next chunk to take. */
export interface VerifyTask {
  readonly path: string;
  readonly sizeBytes: number;
  readonly chunks: readonly string[];
  readonly next: SharedArrayBuffer;
  readonly table: readonly HashBackendRow[];
}

/** What each kind of task answers. */
export interface WorkerResults {
  measure: HashBackendRow[];
  read: HashedBytes;
  split: SplitBytes;
  assist: null;
  verify: VerifiedChunks;
}

export interface VerifiedChunks {
  /** What the file has, whatever it should have. */
  readonly sizeBytes: number;
  /** Numbers of the chunks that differ, of those this worker took. */
  readonly bad: readonly number[];
}

export interface HashedBytes {
  readonly sizeBytes: number;
  /** Every byte came past the page cache. */
  readonly direct: boolean;
  /** Hex by `digestKey`. */
  readonly digests: readonly (readonly [string, string])[];
  readonly chunks: readonly string[];
  /** What the observer learnt; null when there was none. */
  readonly observed: unknown;
}

export interface WorkerRequest {
  readonly id: number;
  readonly task: WorkerTask;
  /** One Int32, not 0 once the task is cancelled. */
  readonly cancel: SharedArrayBuffer;
}

export type WorkerReply =
  | { readonly id: number; readonly type: 'bytes'; readonly bytes: number }
  /** The next full chunk of what is being read has this SHA-256. */
  | { readonly id: number; readonly type: 'chunk'; readonly hex: string }
  /** The worker made this file; whoever survives the worker removes it. */
  | { readonly id: number; readonly type: 'created'; readonly path: string }
  | { readonly id: number; readonly type: 'done'; readonly result: WorkerResults[keyof WorkerResults] }
  | {
      readonly id: number;
      readonly type: 'failed';
      readonly failure: Failure;
      readonly errno: string | null;
    };

/** From the reading worker to its assistant: which part of the shared memory holds the next bytes; length 0 ends. */
export interface AssistRequest {
  readonly memory?: SharedArrayBuffer;
  readonly slot: number;
  readonly start: number;
  readonly length: number;
}

export type AssistReply =
  | { readonly slot: number }
  /** The next chunk is full, and this is its digest. */
  | { readonly chunk: string }
  | { readonly chunks: string[] }
  | { readonly failure: string };
