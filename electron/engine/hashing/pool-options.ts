import type { HashAlgorithm } from '#shared/contract/system.ts';
import type { DigestNeed } from '#engine/core/digest-need.ts';
import type { KnownBytes } from './known-bytes.ts';
import type { SplitPart } from './worker-protocol.ts';

/** What one sequential read of a file found out. */
export interface HashedFile {
  readonly sizeBytes: number;
  /** Every byte came from the device, past the page cache. */
  readonly direct: boolean;
  /** Lower-case hex by `digestKey`, for what was asked for; a range beyond the end has none. */
  readonly digests: Map<string, string>;
  /** SHA-256 (hex) of each 16 MiB chunk, counted from where reading began. None for an empty file. */
  readonly chunks: readonly string[];
  /** What an observer of the pass learnt (see worker.ts); null where nobody asked for one. */
  readonly observed: unknown;
}

/** Every file task: cancelled by `signal` (AppError CANCELLED), told of every 8-16 MiB done. */
export interface FileTaskOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes done since the last call. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

export interface CopyFileOptions extends FileTaskOptions {
  readonly source: string;
  /** Must not exist. Mode 0600. */
  readonly target: string;
  readonly algorithms: readonly HashAlgorithm[];
  /** Digests of parts and in frames, beside those of the whole. */
  readonly needs?: readonly DigestNeed[];
  /** Let an observer see the bytes: `observed` then has what it learnt. */
  readonly observe?: boolean;
}

export interface ResumableCopyOptions extends FileTaskOptions {
  readonly source: string;
  /** Where in the source the bytes begin. */
  readonly sourceOffset: number;
  /** Bytes; the source must have that many from there on, else FILE-CHANGED. */
  readonly length: number;
  /** Stays as far as it was written when the copy fails or is cancelled. Must not exist unless `keptBytes` are in it. */
  readonly target: string;
  /** Whole chunks that an earlier copy left at the target's start, good ones. */
  readonly keptBytes: number;
  /** Bytes of the source that were read before, in order: they are not read again. */
  readonly known?: readonly KnownBytes[];
  readonly algorithms: readonly HashAlgorithm[];
  /** Digests of parts, counted from where the stretch begins. */
  readonly needs?: readonly DigestNeed[];
  /** Let an observer see the bytes, those in `keptBytes` too: `observed` then has what it learnt. */
  readonly observe?: boolean;
  /** SHA-256 (hex) of each full chunk as it is read, those in `keptBytes` too. */
  readonly onChunk: (hex: string) => void;
}

export interface SplitFileOptions extends FileTaskOptions {
  readonly source: string;
  readonly sourceOffset: number;
  readonly length: number;
  /** Bytes of the source that were read before, in order: they are not read again. */
  readonly known?: readonly KnownBytes[];
  readonly parts: readonly SplitPart[];
}

/** What one sequential read of a stretch with several files found out. */
export interface SplitResult {
  /** SHA-256 (hex) of the whole stretch. */
  readonly sha256: string;
  /** In order of the parts. */
  readonly parts: readonly HashedFile[];
}

export interface CopyRangeOptions extends FileTaskOptions {
  readonly source: string;
  /** Where in the source the range begins; 0 by default. */
  readonly sourceOffset?: number;
  /** Bytes; the source must have that many from there on, else FILE-CHANGED. */
  readonly length: number;
  /** Made when absent; may have other bytes already. */
  readonly target: string;
  readonly targetOffset: number;
  /** SHA-256 by default. */
  readonly algorithms?: readonly HashAlgorithm[];
  /** The target must not exist, and is removed on failure. */
  readonly exclusive?: boolean;
}

export interface HashFileOptions extends FileTaskOptions {
  readonly path: string;
  /** Where the stretch begins, and its bytes; the whole file by default. */
  readonly sourceOffset?: number;
  readonly length?: number;
  /** Bytes of the file that were read before, in order: they are not read again. */
  readonly known?: readonly KnownBytes[];
  /** Read past the page cache where the system can; the result says whether it did. */
  readonly direct?: boolean;
  readonly algorithms: readonly HashAlgorithm[];
  /** Digests of parts and in frames, beside those of the whole. */
  readonly needs?: readonly DigestNeed[];
  /** Digests of chunks too; not computing them halves the work. Yes by default. */
  readonly wantsChunks?: boolean;
}

export interface VerifyChunksOptions extends FileTaskOptions {
  readonly path: string;
  readonly sizeBytes: number;
  readonly chunks: readonly string[];
  /** Only these chunks, from the first to before the second; all by default. */
  readonly range?: readonly [from: number, to: number];
}
