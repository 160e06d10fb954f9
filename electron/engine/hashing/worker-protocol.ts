import type { MessagePort } from 'node:worker_threads';
import type { Failure } from '#shared/contract/errors.ts';
import type { HashBackendRow } from '#shared/contract/system.ts';
import type { DigestNeed } from '#engine/core/digest-need.ts';

/** What a worker can be asked to do. Paths are absolute. */
export type WorkerTask =
  | { readonly kind: 'measure' }
  | ({ readonly kind: 'read' } & ReadTask)
  | { readonly kind: 'assist'; readonly port: MessagePort; readonly table: readonly HashBackendRow[] }
  | ({ readonly kind: 'verify' } & VerifyTask);

/** One sequential read of a file or a range of it: hash it and, with a target, write it there. */
export interface ReadTask {
  readonly source: string;
  readonly sourceOffset: number;
  /** null: to the end of the file. */
  readonly length: number | null;
  readonly target: WriteTarget | null;
  /** Ranges count from where reading begins. */
  readonly needs: readonly DigestNeed[];
  readonly table: readonly HashBackendRow[];
  /** Leads to a worker that computes the chunk digests meanwhile. */
  readonly assistant: MessagePort | null;
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
  /** Hex by `digestKey`. */
  readonly digests: readonly (readonly [string, string])[];
  readonly chunks: readonly string[];
}

export interface WorkerRequest {
  readonly id: number;
  readonly task: WorkerTask;
  /** One Int32, not 0 once the task is cancelled. */
  readonly cancel: SharedArrayBuffer;
}

export type WorkerReply =
  | { readonly id: number; readonly type: 'bytes'; readonly bytes: number }
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
  { readonly slot: number } | { readonly chunks: string[] } | { readonly failure: string };
