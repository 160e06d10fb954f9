import type { Failure } from '#shared/contract/errors.ts';
import type { ScannedFile } from './scan-file.ts';

/** What makes a worker thread of worker.ts one that scans: its `workerData`. */
export interface ScanWorkerData {
  readonly role: 'scan';
}

/** One file to scan. */
export interface ScanRequest {
  readonly id: number;
  /** As the folder or release calls it. */
  readonly path: string;
  /** Where its bytes lie; absolute. */
  readonly file: string;
  readonly extent: 'all' | 'structure';
}

export type ScanReply =
  | { readonly id: number; readonly type: 'bytes'; readonly bytes: number }
  | { readonly id: number; readonly type: 'done'; readonly scanned: ScannedFile }
  /** The file could not be opened or read, or changed meanwhile. */
  | { readonly id: number; readonly type: 'failed'; readonly failure: Failure };
