import { stat } from 'node:fs/promises';
import type { VolumeRoom } from '#engine/bundle/volume-room.ts';
import { imageFolder, roomAt, type SetPlace } from '../set-places.ts';
import type { SetWork } from './set-work.ts';

const none: VolumeRoom = { capacityBytes: 0, maxFileBytes: null, blockBytes: 1 };

/** What there is room for at a place. One that cannot be asked has no room, once a person is known to change media. */
export async function roomOrNone(
  { params, standing }: SetWork,
  place: SetPlace | undefined,
): Promise<VolumeRoom> {
  if (place === undefined) return none;
  if (!params.wait) return await roomAt(place);
  // The folder of a medium that is not there would be made on the disk of the system.
  const isThere = await stat(place.place).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
  if (!isThere) return none;
  return await roomAt(place).catch((error: unknown) => {
    // Before the first byte a person should hear of it; afterwards other media may do.
    if (standing.state.revision === 0) throw error;
    return none;
  });
}

/** Where a volume goes: its place, or its image folder. */
export function folderOf({ params, standing }: SetWork, choice: number | null, number: number): string {
  const { images } = params.places;
  if (choice === null && images !== null) return imageFolder(images, number);
  return standing.state.places[choice ?? 0]?.place ?? '';
}
