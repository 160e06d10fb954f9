import type { Timestamp } from '#shared/contract/basics.ts';

/** Where a volume stands: kept with the job, so that nothing proven is done again. */
export interface VolumeProgress {
  /** When all files were on the medium; null while they are being written. */
  readonly writtenAt: Timestamp | null;
  /** How many files were read back and found right, in the order of writing. */
  readonly proven: number;
}

export const notBegun: VolumeProgress = { writtenAt: null, proven: 0 };
