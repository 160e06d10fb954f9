import type { Timestamp } from '#shared/contract/basics.ts';
import type { ReadBack } from '#shared/contract/transfers.ts';
import type { Clock } from '#engine/core/clock.ts';
import type { PhaseVolume, Progress } from '#engine/core/progress.ts';
import type { Signer } from '#engine/core/signer.ts';
import type { HashPool } from '#engine/hashing/hash-pool.ts';
import type { SignedSet } from './make-set.ts';
import type { PayloadWriter } from './payload-writer.ts';
import type { VolumeEnd, VolumeProgress } from './volume-progress.ts';

/** All that the writing of one volume takes. */
export interface VolumeWrite {
  readonly signed: SignedSet;
  readonly number: number;
  /** The volume, absolute; made when missing. */
  readonly target: string;
  /** custody.jsonl of this volume, given how far it came. */
  readonly custody: (end: VolumeEnd) => string;
  /** How far an earlier run came. */
  readonly earlier: VolumeProgress;
  readonly save: (progress: VolumeProgress) => void;
  readonly writer: PayloadWriter;
  readonly signer: Signer;
  readonly pool: HashPool;
  readonly clock: Clock;
  /** Makes the system write out what it holds back of the file system that a folder lies on. */
  readonly flush: (folder: string) => Promise<void>;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** A volume that was written, flushed and read back. */
export interface WrittenVolume {
  /** The set's folder, absolute. */
  readonly folder: string;
  readonly sizeBytes: number;
  readonly writtenAt: Timestamp;
  readonly provenAt: Timestamp;
  readonly readBack: ReadBack;
  /** null when an earlier run did a part of it. */
  readonly writeBytesPerSecond: number | null;
  readonly readBytesPerSecond: number | null;
}

/** Which volume of how many it is, for progress. */
export function phaseVolume({ signed, number }: Pick<VolumeWrite, 'signed' | 'number'>): PhaseVolume {
  return { number, of: signed.set.volumes };
}
