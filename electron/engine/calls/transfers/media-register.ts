import type { Medium, MediumEvent, MediumName } from '#shared/contract/transfers.ts';
import { AppError } from '#engine/core/app-error.ts';
import { custodySubject, mediumEventSubject, mediumSubject, type Subject } from '#engine/audit/records.ts';
import { timestamp } from '#engine/core/clock.ts';
import { volumeOfFolder } from '#engine/media/folder-volume.ts';
import type { FoundVolume } from '#engine/media/found-volume.ts';
import { identityOf } from '#engine/media/known-medium.ts';
import type { CustodyRow } from '#engine/registry/custody.ts';
import type { SeenMedium } from '#engine/registry/media.ts';
import type { EngineContext } from '../../context.ts';

/** A folder's medium: its name for people, and its entry in the register when it can be told from others. */
export interface MediumAtHand {
  readonly name: MediumName;
  readonly fileSystem: string;
  /** One of the listed volumes, and not just a folder somewhere. */
  readonly isListed: boolean;
  readonly medium: Medium | null;
}

/** Brings the register up to date with what is plugged in. */
export function seeMedia(context: EngineContext, volumes: readonly FoundVolume[]): void {
  const { registry } = context;
  const known = volumes.flatMap((volume) => seenMedium(volume) ?? []);
  for (const medium of known.filter((each) => !registry.media.knows(each))) seeMedium(context, medium);
  registry.transaction(() => {
    for (const medium of known) seeMedium(context, medium);
  });
}

/** A volume as the register keeps it; null when it cannot be told from others. */
function seenMedium(volume: FoundVolume): SeenMedium | null {
  const identity = identityOf(volume);
  return identity === null ? null : { ...volume, ...identity };
}

/** That it came into the register is on record; when it was last seen is not. */
function seeMedium(context: EngineContext, seen: SeenMedium): Medium {
  const { registry, clock } = context;
  const at = timestamp(clock);
  if (registry.media.knows(seen)) return registry.media.see(seen, at);
  const entered = registry.media.entryOf(seen, at);
  const about = { object: entered.id, subjects: [mediumSubject(entered)], details: mediumDetails(seen) };
  return context.govern({ act: 'media.enter', ...about }, () => registry.media.see(seen, at));
}

/** How the audit log names a medium. */
export function mediumDetails({ label, knownBy, knownAs }: SeenMedium): Record<string, string> {
  return { label, ...(knownBy === 'serial' ? { serial: knownAs } : { knownBy, knownAs }) };
}

/** What `folder` (which must exist) lies on, seen just now. A listing of drives that fails leaves only the folder's own facts. */
export async function mediumOf(context: EngineContext, folder: string): Promise<MediumAtHand> {
  const known = await context.volumes.list().catch(() => []);
  const volume = await volumeOfFolder(folder, known);
  const seen = seenMedium(volume);
  const serial = seen?.knownBy === 'serial' ? seen.knownAs.slice(0, 128) : null;
  return {
    name: { label: volume.label.slice(0, 128), serial },
    fileSystem: volume.fileSystem,
    isListed: volume.transport !== 'folder',
    medium: seen === null ? null : seeMedium(context, seen),
  };
}

/** Rows of record that an act is about to write: its subjects, and the writing, to be done inside the governed act. */
export interface RowsToWrite {
  readonly subjects: readonly Subject[];
  write(): void;
}

/** For a medium's history: that a set's volume was written to it or read from it. */
export function mediumUse(
  context: EngineContext,
  medium: Medium,
  what: Extract<MediumEvent['what'], 'written' | 'received' | 'handed-over'>,
  about: { setId: string; volume: number | null; detail: string; reason: string },
): RowsToWrite {
  const at = timestamp(context.clock);
  const by = context.session.actor().who;
  const event = { at, by, what, ...about };
  return {
    subjects: [mediumEventSubject(medium.id, event)],
    write: () => context.registry.media.addEvent(medium.id, event),
  };
}

/** For what this site knows of a set's custody: the lines that it does not have yet. */
export function custodyLines(
  { registry }: EngineContext,
  setId: string,
  rows: readonly CustodyRow[],
): RowsToWrite {
  const known = new Set(registry.custody.lines(setId));
  const added = rows.filter(({ line }) => !known.has(line));
  return {
    subjects: added.map((row) => custodySubject({ setId, ...row })),
    write: () => registry.custody.add(setId, added),
  };
}

/** Throws NOT-FOUND. */
export function findMedium({ registry }: Pick<EngineContext, 'registry'>, id: string): Medium {
  const medium = registry.media.get(id);
  if (medium !== null) return medium;
  throw new AppError('NOT-FOUND', `There is no medium ${id} in the register.`);
}
