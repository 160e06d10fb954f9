import type { DigestNeed } from './digest-need.ts';

/** A regular file as a listing saw it. `path` follows the grammar of release-path.ts. */
export interface FileEntry {
  readonly path: string;
  readonly sizeBytes: number;
}

/** Something below the folder that cannot be taken in: a link, device, FIFO, socket, unsafe name, unreadable folder. */
export interface EntryProblem {
  /** As found, control characters made visible. */
  readonly path: string;
  readonly code:
    | 'PATH-UNSAFE'
    | 'PATH-COLLISION'
    | 'FILE-NOT-REGULAR'
    | 'FILE-UNREADABLE'
    | 'FORMAT-INVALID'
    | 'DIGEST-MISMATCH';
  readonly detail: string;
}

export interface FolderListing {
  /** Sorted by path in code-point order. Known noise of file systems is left out. */
  readonly files: readonly FileEntry[];
  readonly problems: readonly EntryProblem[];
}

/**
 * The only way verification sees files: one folder, read-only, nothing outside it reachable. Implemented over media (read
 * in place) and over a quarantine (whose digests are known from the copy).
 */
export interface FolderPort {
  /** As the operator knows it. */
  readonly label: string;
  list(): Promise<FolderListing>;
  /** How many files are best read at a time: one where a second reader would make a device seek. */
  readers(): Promise<number>;
  /** A small file whole; throws AppError FORMAT-INVALID when it is larger than `limitBytes`, FILE-UNREADABLE when absent. */
  read(path: string, limitBytes: number): Promise<Uint8Array>;
  /** The bytes of one file in order, in blocks that are overwritten once the next is asked for. Throws as `read` does. */
  stream(path: string): AsyncIterable<Uint8Array>;
  /**
   * Digests of one file as lower-case hex by `digestKey`, all from a single sequential read. A range that goes beyond the
   * file's end has no digest.
   */
  digests(path: string, needs: readonly DigestNeed[], options?: DigestOptions): Promise<Map<string, string>>;
}

export interface DigestOptions {
  readonly signal?: AbortSignal;
  readonly onBytes?: (bytes: number) => void;
}
