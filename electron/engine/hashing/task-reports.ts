import type { NewObserver } from './guarded-observer.ts';

/** What a task in a worker tells while it runs. */
export interface TaskReports {
  cancelled(): boolean;
  /** Bytes done since the last call. */
  onBytes(bytes: number): void;
  /** SHA-256 of the next full chunk. */
  onChunk(hex: string): void;
  /** The task made this file. */
  onCreated(path: string): void;
  readonly newObserver: NewObserver;
}
