import path from 'node:path';
import { z } from 'zod';
import type { ParsedInput } from '#shared/contract/calls.ts';
import type { VolumeRoom } from '#engine/bundle/volume-room.ts';
import { AppError } from '#engine/core/app-error.ts';
import { spaceOf } from '#engine/media/folder-volume.ts';
import { nearestExisting } from '#engine/media/target-room.ts';
import type { EngineContext } from '../../context.ts';
import { mediumOf, type MediumAtHand } from './media-register.ts';

/** A place that a set may be written to, and how much of it. */
export const SetPlace = z.object({
  place: z.string(),
  capacityBytes: z.number().nullable(),
  maxFileBytes: z.number().nullable(),
});
export type SetPlace = z.infer<typeof SetPlace>;

/** Where a set goes: media at hand in order, or image folders of one size below a folder, as many as it takes. */
export const SetPlaces = z.object({ media: z.array(SetPlace), images: SetPlace.nullable() });
export type SetPlaces = z.infer<typeof SetPlaces>;

/** A block of ISO 9660 and UDF: image folders are made to be burnt. */
const SECTOR_BYTES = 2048;

type Target = ParsedInput<'bundles.plan'>;

/** The places that a call names: its volumes, or image folders below one target, or that target itself. */
export function placesOf({ locations }: Pick<EngineContext, 'locations'>, target: Target): SetPlaces {
  const { volumeBytes, maxFileBytes } = target;
  if ('volumes' in target) {
    const media = target.volumes.map((choice): SetPlace => {
      const limits = [choice.maxFileBytes, maxFileBytes].filter((bytes) => bytes !== undefined);
      return {
        place: locations.resolve(choice.location),
        capacityBytes: choice.capacityBytes ?? volumeBytes ?? null,
        maxFileBytes: limits.length === 0 ? null : Math.min(...limits),
      };
    });
    return { media, images: null };
  }
  const place = {
    place: locations.resolve(target.target),
    capacityBytes: volumeBytes ?? null,
    maxFileBytes: maxFileBytes ?? null,
  };
  return volumeBytes === undefined ? { media: [place], images: null } : { media: [], images: place };
}

/** What there is room for at a place now; MEDIA-READ-ONLY when there can be none. Parts are never larger than its file system can hold. */
export async function roomAt(choice: SetPlace): Promise<VolumeRoom> {
  const space = await spaceOf(await nearestExisting(choice.place));
  if (space.readOnly) {
    throw new AppError('MEDIA-READ-ONLY', `${choice.place} cannot be written to.`, {
      path: choice.place,
      state: 'Nothing was written there.',
      next: 'Take off the write protection, or choose another medium.',
    });
  }
  return {
    capacityBytes: Math.min(choice.capacityBytes ?? Infinity, space.freeBytes),
    maxFileBytes: leastOf(choice.maxFileBytes, space.maxFileBytes),
    blockBytes: space.blockBytes,
  };
}

/** Room of each image folder; what they lie on meanwhile is another matter. */
export async function imageRoom(choice: SetPlace): Promise<VolumeRoom> {
  const space = await spaceOf(await nearestExisting(choice.place));
  return {
    capacityBytes: choice.capacityBytes,
    maxFileBytes: leastOf(choice.maxFileBytes, space.maxFileBytes),
    blockBytes: SECTOR_BYTES,
  };
}

/** The folder of an image volume; its name is its label. */
export function imageFolder(images: SetPlace, number: number): string {
  return path.join(images.place, `volume-${number}`);
}

/** The medium at a place that may not exist yet. */
export async function mediumAt(context: EngineContext, place: string): Promise<MediumAtHand> {
  const at = await mediumOf(context, await nearestExisting(place));
  return at.isListed ? at : { ...at, name: { label: path.basename(place), serial: null } };
}

function leastOf(a: number | null, b: number | null): number | null {
  const least = Math.min(a ?? Infinity, b ?? Infinity);
  return least === Infinity ? null : least;
}
