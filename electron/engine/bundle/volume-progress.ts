import type { Timestamp } from '#shared/contract/basics.ts';
import type { ReadBack } from '#shared/contract/transfers.ts';

/** Where a volume stands: kept with the job, so that nothing proven is done again. */
export interface VolumeProgress {
  /** When all files were on the medium; null while they are being written. */
  readonly writtenAt: Timestamp | null;
  /** How many files were read back and found right, in the order of writing. */
  readonly proven: number;
  /** The weakest way in which they were read back. */
  readonly readBack: ReadBack;
  /** When the last of them was; null until then. */
  readonly provenAt: Timestamp | null;
}

export const notBegun: VolumeProgress = { writtenAt: null, proven: 0, readBack: 'direct', provenAt: null };

/** What the custody log of a volume says of it: when it was written, and how and when it was proven, once it is. */
export interface VolumeEnd {
  readonly writtenAt: Timestamp;
  readonly proof: { readonly at: Timestamp; readonly readBack: ReadBack } | null;
}
