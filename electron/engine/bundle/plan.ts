import type { Digest } from '#shared/contract/basics.ts';
import { AppError } from '#engine/core/app-error.ts';
import { CHUNK_BYTES } from '#engine/hashing/hasher.ts';
import { payloadPath } from './names.ts';
import { MAX_VOLUMES } from './set-statement.ts';

export interface PlanBlob {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** null: no limit. */
export interface PlanLimits {
  /** What all files of the set on one volume may add up to. */
  readonly volumeBytes: number | null;
  /** Largest payload file. */
  readonly maxFileBytes: number | null;
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

export interface SetPlan {
  readonly volumes: number;
  readonly parts: readonly PlannedPart[];
}

/** Parts begin on these borders, the largest that the limits allow: on chunk borders the chunk digests are known already. */
const borders = [CHUNK_BYTES, 65_536, 4096, 1];
/** A volume with less room for payload than this is not worth the control files on it. */
const MIN_PAYLOAD_BYTES = 4096;
/** What a control file of the allowed size can list. */
const MAX_PARTS = 120_000;

/**
 * Lays blobs out over volumes in the order given: each goes whole where it fits, else in parts that fill what is left. The
 * same input always gives the same plan. `controlBytes` tells what the files beside the payload take on the largest
 * volume of a plan; that much is kept free on each. Throws USAGE when the limits leave no way.
 */
export function planSet(
  blobs: readonly PlanBlob[],
  limits: PlanLimits,
  controlBytes: (plan: SetPlan) => number,
): SetPlan {
  if (limits.volumeBytes === null) return layOut(blobs, Infinity, limits.maxFileBytes ?? Infinity);
  let reserved = 0;
  for (;;) {
    const room = limits.volumeBytes - reserved;
    if (room < MIN_PAYLOAD_BYTES) throw tooSmall(limits.volumeBytes, reserved + MIN_PAYLOAD_BYTES);
    const plan = layOut(blobs, room, limits.maxFileBytes ?? Infinity);
    const needed = controlBytes(plan);
    if (needed <= reserved) return plan;
    reserved = needed;
  }
}

function layOut(blobs: readonly PlanBlob[], volumeBytes: number, maxFileBytes: number): SetPlan {
  const maxPart = Math.min(volumeBytes, maxFileBytes);
  const border = borders.find((bytes) => bytes <= maxPart) ?? 1;
  refuseTooMany(blobs, volumeBytes, maxPart);
  const parts: PlannedPart[] = [];
  let volume = 1;
  let room = volumeBytes;
  for (const { digest, sizeBytes } of blobs) {
    let offset = 0;
    let index = 0;
    do {
      const left = sizeBytes - offset;
      const size = cut(left, Math.min(room, maxFileBytes), border);
      // Nothing of a blob that is not empty fits here any more.
      if (size === 0 && left > 0) {
        volume++;
        room = volumeBytes;
        continue;
      }
      const isWhole = size === sizeBytes;
      const path = payloadPath({ blob: digest, index }, isWhole);
      parts.push({ blob: digest, index, offset, sizeBytes: size, volume, path, isWhole });
      offset += size;
      room -= size;
      index++;
    } while (offset < sizeBytes);
  }
  if (volume > MAX_VOLUMES || parts.length > MAX_PARTS) throw tooMany();
  return { volumes: volume, parts };
}

/** Everything that is left when it fits, else as much as ends on a border. */
function cut(left: number, fits: number, border: number): number {
  return left <= fits ? left : Math.floor(fits / border) * border;
}

function refuseTooMany(blobs: readonly PlanBlob[], volumeBytes: number, maxPart: number): void {
  const total = blobs.reduce((sum, blob) => sum + blob.sizeBytes, 0);
  if (total / volumeBytes > MAX_VOLUMES || total / maxPart > MAX_PARTS) throw tooMany();
}

function tooMany(): AppError {
  return new AppError('USAGE', `The set would take over ${MAX_VOLUMES} volumes or ${MAX_PARTS} parts.`, {
    state: 'Nothing was written.',
    next: 'Use larger volumes or larger parts, or fewer releases in one set.',
  });
}

function tooSmall(volumeBytes: number, neededBytes: number): AppError {
  return new AppError('USAGE', `Volumes of ${volumeBytes} bytes are too small for this set.`, {
    expected: `over ${neededBytes} bytes a volume, before any payload`,
    found: `${volumeBytes} bytes`,
    state: 'Nothing was written.',
    next: 'Use larger volumes or larger parts.',
  });
}
