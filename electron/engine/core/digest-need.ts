import type { HashAlgorithm } from '#shared/contract/system.ts';

/** Bytes of a file from `start` up to, and not including, `end`. */
export interface FileRange {
  readonly start: number;
  readonly end: number;
}

/** One digest that is wanted of a file: of all of it, or of a range that lies inside it. */
export interface DigestNeed {
  readonly algorithm: HashAlgorithm;
  readonly range?: FileRange;
}

/** The name by which a digest is kept: the algorithm alone for a whole file, `sha256:0:1000` for a range. */
export function digestKey({ algorithm, range }: DigestNeed): string {
  return range === undefined ? algorithm : `${algorithm}:${range.start}:${range.end}`;
}
