import type { Digest } from '#shared/contract/basics.ts';
import { AppError } from '#engine/core/app-error.ts';
import { CHUNK_BYTES } from '#engine/hashing/hasher.ts';
import { layOut } from './lay-out.ts';
import type { PlanBlob, PlannedPart, PlanStretch } from './planned-part.ts';
import { MAX_VOLUMES } from './set-statement.ts';
import { controlRoom, type VolumeRoom } from './volume-room.ts';

export interface SetPlan {
  readonly volumes: number;
  /** In the order of the blobs, and in each by offset. */
  readonly parts: readonly PlannedPart[];
}

export interface PlanOutcome extends SetPlan {
  /** For each volume that the plan adds, which of the rooms it is: rooms that can take nothing are left out. */
  readonly rooms: readonly number[];
  /** What fits nowhere. */
  readonly missingBytes: number;
}

export interface PlanRequest {
  readonly stretches: readonly PlanStretch[];
  /** In the order in which they are filled. */
  readonly rooms: readonly VolumeRoom[];
  /** As many further volumes as it takes, all like this. */
  readonly more: VolumeRoom | null;
  /** Volumes before the first room, with what lies on them: written already. */
  readonly before: SetPlan;
  /** Sizes of the files beside the payload for each volume of a plan. */
  readonly controlSizes: (plan: SetPlan) => readonly (readonly number[])[];
}

/** Parts begin on these borders, the largest that the room allows: on chunk borders the chunk digests are known already. */
const borders = [CHUNK_BYTES, 65_536, 4096, 1];
/** With more volumes than these one more or less does not matter. */
const MOST_TRIED = 16;
/** What a control file of the allowed size can list. */
const MAX_PARTS = 120_000;
export const noPlan: SetPlan = { volumes: 0, parts: [] };

/** Blobs as the stretches that they are. */
export function wholeStretches(blobs: readonly PlanBlob[]): PlanStretch[] {
  return blobs.map((blob) => ({ ...blob, offset: 0, lengthBytes: blob.sizeBytes, firstIndex: 0 }));
}

/**
 * Lays stretches out over as few of the rooms as will do, in their order. A whole blob stays whole where any volume can take
 * it; what must be split fills what is left. Room is kept on each volume for the files beside the payload. The same input
 * always gives the same plan. What does not fit is told by `missingBytes`; with `more` everything fits. Throws USAGE when
 * the limits allow no plan at all.
 */
export function planSet(request: PlanRequest): PlanOutcome {
  const { rooms, more, stretches, before } = request;
  const total = stretches.reduce((sum, stretch) => sum + stretch.lengthBytes, 0);
  const all = [...rooms, ...(more === null ? [] : [more])];
  const largest = Math.max(0, ...all.map(largestPart));
  const room =
    more === null ? rooms.reduce((sum, { capacityBytes }) => sum + (capacityBytes ?? Infinity), 0) : total;
  if (Math.min(total, room) > largest * MAX_PARTS) throw tooMany();
  let best: PlanOutcome | null = null;
  const most = more === null ? rooms.length : MAX_VOLUMES;
  for (let count = fewest(total, rooms, more); count <= most;) {
    const used = Array.from({ length: count }, (_, n) => rooms[n] ?? more).filter((room) => room !== null);
    const plan = planOver(request, used);
    if (plan.parts.length > MAX_PARTS || plan.volumes > MAX_VOLUMES) throw tooMany();
    if (plan.missingBytes === 0) return more === null ? withoutNeedless(request, used, plan) : plan;
    if (more !== null && plan.rooms.length === 0) throw tooSmall(more, request);
    best = plan;
    // Each further volume takes less than its capacity.
    count += Math.max(1, Math.floor(plan.missingBytes / (more?.capacityBytes ?? Infinity)));
  }
  if (more !== null) throw tooMany();
  return best ?? { ...before, rooms: [], missingBytes: total };
}

/** Leaves out every room that the others can do without, the first ones first: fewer media to carry. */
function withoutNeedless(request: PlanRequest, rooms: readonly VolumeRoom[], plan: PlanOutcome): PlanOutcome {
  let best = plan;
  let left = rooms;
  for (const n of plan.rooms.length > MOST_TRIED ? [] : plan.rooms) {
    const fewer = left.map((room, at) => (at === n ? { ...room, capacityBytes: 0 } : room));
    const found = planOver(request, fewer);
    if (found.missingBytes > 0) continue;
    best = found;
    left = fewer;
  }
  return best;
}

/** Fewer rooms than these cannot hold it. */
function fewest(total: number, rooms: readonly VolumeRoom[], more: VolumeRoom | null): number {
  let left = total;
  for (const [n, room] of rooms.entries()) {
    left -= room.capacityBytes ?? Infinity;
    if (left <= 0) return n + 1;
  }
  if (more === null) return Math.max(1, rooms.length);
  return rooms.length + Math.max(1, Math.ceil(left / (more.capacityBytes ?? Infinity)));
}

function planOver(request: PlanRequest, rooms: readonly VolumeRoom[]): PlanOutcome {
  const usable = borders.filter((border) => rooms.some((room) => border <= largestPart(room)));
  let last: PlanOutcome | null = null;
  for (const border of usable) {
    last = planWithBorder(request, rooms, border);
    if (last.missingBytes === 0) return last;
  }
  return last ?? planWithBorder(request, rooms, 1);
}

function largestPart({ capacityBytes, maxFileBytes }: VolumeRoom): number {
  return Math.min(capacityBytes ?? Infinity, maxFileBytes ?? Infinity);
}

/** Keeps more room for control files until they fit beside what the plan then has. */
function planWithBorder(request: PlanRequest, rooms: readonly VolumeRoom[], border: number): PlanOutcome {
  const { stretches, before, controlSizes } = request;
  let reserved = rooms.map(() => 0);
  for (;;) {
    const laid = layOut(stretches, { rooms, reserved, border, firstVolume: before.volumes + 1 });
    if (laid.parts.length > MAX_PARTS) throw tooMany();
    const plan = {
      volumes: before.volumes + laid.rooms.length,
      parts: joinParts(before.parts, laid.parts, stretches),
    };
    const sizes = controlSizes(plan);
    const needed = rooms.map((room, n) => {
      const at = laid.rooms.indexOf(n);
      return at < 0 ? 0 : controlRoom(room, sizes[before.volumes + at] ?? []);
    });
    const isEnough = needed.every((bytes, n) => bytes <= (reserved[n] ?? 0));
    if (isEnough) return { ...plan, rooms: laid.rooms, missingBytes: laid.missingBytes };
    reserved = reserved.map((bytes, n) => Math.max(bytes, needed[n] ?? 0));
  }
}

/** The control file lists parts blob by blob. */
function joinParts(
  before: readonly PlannedPart[],
  added: readonly PlannedPart[],
  stretches: readonly PlanStretch[],
): PlannedPart[] {
  if (before.length === 0) return [...added];
  const order = new Map<Digest, number>();
  for (const digest of [...before.map((part) => part.blob), ...stretches.map((stretch) => stretch.digest)])
    if (!order.has(digest)) order.set(digest, order.size);
  const place = (part: PlannedPart) => order.get(part.blob) ?? 0;
  return [...before, ...added].sort((a, b) => place(a) - place(b) || a.index - b.index);
}

function tooMany(): AppError {
  return new AppError('USAGE', `The set would take over ${MAX_VOLUMES} volumes or ${MAX_PARTS} parts.`, {
    state: 'Nothing was written.',
    next: 'Use larger volumes or larger parts, or fewer releases in one set.',
  });
}

function tooSmall({ capacityBytes }: VolumeRoom, { before, controlSizes }: PlanRequest): AppError {
  const control = controlSizes({ ...before, volumes: before.volumes + 1 }).at(-1) ?? [];
  const neededBytes = control.reduce((sum, size) => sum + size, 0);
  return new AppError('USAGE', `Volumes of ${capacityBytes ?? 0} bytes are too small for this set.`, {
    expected: `well over ${neededBytes} bytes a volume, before any payload`,
    found: `${capacityBytes ?? 0} bytes`,
    state: 'Nothing was written.',
    next: 'Use larger volumes or larger parts.',
  });
}
