import type { DigestNeed, FileRange } from '#engine/core/digest-need.ts';

/** What a list says of a file, or of one range of it. */
export interface ListedFile extends DigestNeed {
  /** Relative to the list's own folder, allowed in a release. `.` is the only file there is. */
  readonly path: string;
  /** Lower-case hex. */
  readonly digest: string;
  /** The list does not say which algorithm it means, so another one is possible. */
  readonly isGuess?: boolean;
  /** With a range: what the list's ranges of this file add up to. */
  readonly sizeBytes?: number;
}

/** Something in a list that is not as it must be; any of it spoils the list. */
export interface ListProblem {
  /** Counted from 1. */
  readonly line?: number;
  readonly code: 'FORMAT-INVALID' | 'PATH-UNSAFE' | 'PATH-COLLISION' | 'DIGEST-MISMATCH';
  readonly path?: string;
  readonly detail: string;
}

/** A list of digests. A list is not a signature: somebody may have signed it, or nobody. */
export interface DigestList {
  readonly entries: readonly ListedFile[];
  readonly problems: readonly ListProblem[];
  /** Lines that name a file by a digest that can be forged (MD5, SHA-1). They count for nothing. */
  readonly weakLines?: number;
}

/** A list that is part of a signature. */
export interface SignedList extends DigestList {
  /** Does the signer say that these are all files there are? Else missing ones are no failure. */
  readonly isWhole: boolean;
  /** Paths, and folders with all that is below them, that the signer left out: present or not, nobody signed them. */
  readonly ignoredPaths: readonly string[];
  /** What the signer calls the only file, where an entry says `.`. */
  readonly onlyFile?: string;
  /** Files without a byte are not listed, so that nothing is known of them. */
  readonly omitsEmptyFiles: boolean;
}

/** `path`, or `path` with the range, as a person reads it. */
export function shownEntry({ path, range }: { path: string; range?: FileRange | undefined }): string {
  return range === undefined ? path : `${path}, bytes ${range.start}-${range.end - 1}`;
}
