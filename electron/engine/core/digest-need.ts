import type { HashAlgorithm } from '#shared/contract/system.ts';

/** Bytes of a file from `start` up to, and not including, `end`. */
export interface FileRange {
  readonly start: number;
  readonly end: number;
}

/** Bytes, as hex, that are hashed before a file's own and after them: some signatures are over more than the file. */
export interface DigestFrame {
  readonly prefix: string;
  readonly suffix: string;
}

/** One digest that is wanted of a file: of all of it, perhaps in a frame, or of a range that lies inside it. */
export interface DigestNeed {
  readonly algorithm: HashAlgorithm;
  readonly range?: FileRange;
  /** Only without a range. */
  readonly frame?: DigestFrame;
}

/**
 * The name by which a digest is kept: the algorithm alone for a whole file, `sha256:0:1000` for a range,
 * `sha256+<prefix>+<suffix>` in a frame.
 */
export function digestKey({ algorithm, range, frame }: DigestNeed): string {
  if (range !== undefined) return `${algorithm}:${range.start}:${range.end}`;
  return frame === undefined ? algorithm : `${algorithm}+${frame.prefix}+${frame.suffix}`;
}
