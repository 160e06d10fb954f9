import { controlSizes, planDraft } from '#engine/bundle/make-set.ts';
import type { PlanOutcome, SetPlan } from '#engine/bundle/plan.ts';
import type { VolumeRoom } from '#engine/bundle/volume-room.ts';
import { AppError } from '#engine/core/app-error.ts';
import { refuseWithoutRoom } from '#engine/media/target-room.ts';
import { imageRoom, mediumAt } from '../set-places.ts';
import { waitForRoom } from './media-needs.ts';
import { folderOf, roomOrNone } from './places-at-hand.ts';
import { restOf } from './rest-of-set.ts';
import type { SetWork } from './set-work.ts';
import type { VolumeState } from './writing-state.ts';

/** Plans what no volume has yet over the places that are left. Throws DISK-FULL, or waits for a medium with room. */
export async function planVolumes(work: SetWork): Promise<void> {
  const { drafted, params, signer, standing } = work;
  const { volumes, parts, revision } = standing.state;
  const free = standing.freePlaces();
  const rooms = await Promise.all(free.map(({ place }) => roomOrNone(work, place)));
  const more = params.places.images === null ? null : await imageRoom(params.places.images);
  const before: SetPlan = { volumes: volumes.length, parts };
  const stretches = restOf(drafted.draft, parts);
  const outcome = planDraft(drafted.draft, { rooms, more, before, stretches }, signer);
  if (outcome.missingBytes > 0) lack(work, outcome, rooms);
  const added: VolumeState[] = [];
  for (let n = 0; n < outcome.volumes - volumes.length; n++)
    added.push(await addedVolume(work, free[outcome.rooms[n] ?? 0]?.index ?? null, volumes.length + n + 1));
  if (more !== null) await refuseFullDisk(work, outcome);
  standing.save({
    volumes: [...volumes, ...added],
    parts: [...outcome.parts],
    isPlanned: true,
    revision: revision + 1,
  });
}

async function addedVolume(work: SetWork, choice: number | null, number: number): Promise<VolumeState> {
  if (choice === null) return { choice, medium: { label: `volume-${number}`, serial: null }, done: null };
  const { name } = await mediumAt(work.context, folderOf(work, choice, number));
  return { choice, medium: name, done: null };
}

/** Before anything is written the lack is an error; afterwards another medium can help. */
function lack(work: SetWork, { missingBytes }: PlanOutcome, rooms: readonly VolumeRoom[]): never {
  const { params, standing } = work;
  if (standing.state.revision > 0 && params.wait) throw waitForRoom(work, missingBytes);
  const free = rooms.reduce((sum, room) => sum + (room.capacityBytes ?? 0), 0);
  throw new AppError('DISK-FULL', `${missingBytes} bytes of the set fit nowhere.`, {
    expected: `${free + missingBytes} bytes free`,
    found: `${free} bytes free`,
    state: 'Nothing was written.',
    next: 'Free that much, or name more volumes.',
  });
}

/** Image folders all lie on one disk for now. */
async function refuseFullDisk(work: SetWork, outcome: PlanOutcome): Promise<void> {
  const { drafted, signer, standing } = work;
  const control = controlSizes(drafted.draft, outcome, signer);
  const writes = control.map((sizes, n) => {
    const payload = outcome.parts.filter((part) => part.volume === n + 1).map((part) => part.sizeBytes);
    return { folder: folderOf(work, null, n + 1), fileSizes: [...payload, ...sizes], folders: 6 };
  });
  await refuseWithoutRoom(writes.slice(standing.state.volumes.length));
}
