import type { Medium, MediumEvent, MediumName } from '#shared/contract/transfers.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { volumeOfFolder } from '#engine/media/folder-volume.ts';
import type { FoundVolume } from '#engine/media/found-volume.ts';
import type { EngineContext } from '../context.ts';

/** A folder's medium: its name for people, and its entry in the register when it has a serial number. */
export interface MediumAtHand {
  readonly name: MediumName;
  readonly fileSystem: string;
  /** One of the listed volumes, and not just a folder somewhere. */
  readonly isListed: boolean;
  readonly medium: Medium | null;
}

/** Brings the register up to date with what is plugged in. A medium without a serial number cannot be told from others. */
export function seeMedia({ registry, clock }: EngineContext, volumes: readonly FoundVolume[]): void {
  const at = timestamp(clock);
  registry.transaction(() => {
    for (const volume of volumes) {
      if (isKnowable(volume)) registry.media.see({ ...volume, serial: volume.serial }, at);
    }
  });
}

/** What `folder` (which must exist) lies on, seen just now. A listing of drives that fails leaves only the folder's own facts. */
export async function mediumOf(context: EngineContext, folder: string): Promise<MediumAtHand> {
  const known = await context.volumes.list().catch(() => []);
  const volume = await volumeOfFolder(folder, known);
  const label = volume.label.slice(0, 128);
  const { fileSystem } = volume;
  const isListed = volume.transport !== 'folder';
  if (!isKnowable(volume)) return { name: { label, serial: null }, fileSystem, isListed, medium: null };
  const { serial } = volume;
  const medium = context.registry.media.see({ ...volume, serial }, timestamp(context.clock));
  return { name: { label, serial: serial.slice(0, 128) }, fileSystem, isListed, medium };
}

/** Puts into a medium's history that a set's volume was written to it or read from it. */
export function noteUse(
  context: EngineContext,
  medium: Medium,
  what: Extract<MediumEvent['what'], 'written' | 'received' | 'handed-over'>,
  about: { setId: string; volume: number | null; detail: string; reason: string },
): void {
  const at = timestamp(context.clock);
  const by = context.session.actor().who;
  context.registry.media.addEvent(medium.id, { at, by, what, ...about });
}

/** Throws NOT-FOUND. */
export function findMedium({ registry }: Pick<EngineContext, 'registry'>, id: string): Medium {
  const medium = registry.media.get(id);
  if (medium !== null) return medium;
  throw new AppError('NOT-FOUND', `There is no medium ${id} in the register.`);
}

function isKnowable(volume: FoundVolume): volume is FoundVolume & { serial: string } {
  return volume.serial !== null && volume.serial.trim() !== '' && volume.transport !== 'folder';
}
