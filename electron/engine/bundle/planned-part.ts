import type { Digest } from '#shared/contract/basics.ts';

export interface PlanBlob {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** Bytes of a blob that are to be put somewhere. */
export interface PlanStretch extends PlanBlob {
  readonly offset: number;
  readonly lengthBytes: number;
  /** How many parts of the blob there are already. */
  readonly firstIndex: number;
}

/** A stretch of a blob that becomes one file. */
export interface PlannedPart {
  readonly blob: Digest;
  readonly index: number;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly volume: number;
  readonly path: string;
  readonly isWhole: boolean;
}
