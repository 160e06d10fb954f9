import { controlSizes } from '#engine/bundle/make-set.ts';
import { costOfAll } from '#engine/bundle/volume-room.ts';
import { finishedVolumeAt, isBegun } from '#engine/bundle/volume-state.ts';
import { mediumAt } from '../set-places.ts';
import { waitForVolume } from './media-needs.ts';
import { roomOrNone } from './places-at-hand.ts';
import type { SetWork } from './set-work.ts';

/**
 * Is the medium of a volume there, with the room that was planned? Waits for it when it is not; answers false when the plan
 * had to change: the medium is smaller, or another one.
 */
export async function isMediumReady(work: SetWork, number: number, target: string): Promise<boolean> {
  const { context, params, drafted, standing } = work;
  const { setId } = drafted.draft;
  const volume = standing.volume(number);
  if (volume === undefined || volume.choice === null) return true;
  const { choice, medium } = volume;
  const there = await finishedVolumeAt(setId, target);
  if (there !== null && there !== number) throw waitForVolume(work, number);
  const { name } = await mediumAt(context, target);
  // The mount point of a medium that is gone is an ordinary folder.
  if (params.wait && medium.serial !== null && name.serial === null) throw waitForVolume(work, number);
  const room = await roomOrNone(work, standing.state.places[choice]);
  const hasBegun = await isBegun(setId, target);
  if (!hasBegun && costOfAll(room, sizesOn(work, number)) > (room.capacityBytes ?? Infinity)) {
    if (params.wait && room.capacityBytes === 0) throw waitForVolume(work, number);
    // A smaller medium than was planned with: everything from here on is planned with what it has.
    standing.cutBack(number, [], drafted.draft);
    return false;
  }
  if (medium.label === name.label && medium.serial === name.serial) return true;
  const volumes = standing.volumesWith(number, { medium: name });
  standing.save({ volumes, revision: standing.state.revision + 1 });
  return false;
}

function sizesOn({ drafted, signer, standing }: SetWork, number: number): number[] {
  const { volumes, parts } = standing.state;
  const control = controlSizes(drafted.draft, { volumes: volumes.length, parts }, signer)[number - 1] ?? [];
  return [...standing.partsOn(number).map((part) => part.sizeBytes), ...control];
}
