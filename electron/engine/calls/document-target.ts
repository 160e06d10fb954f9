import { stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { nearestExisting } from '#engine/media/target-room.ts';

/**
 * Where a document that a person carries goes: in a folder it gets its own name; any other place is the file to make, and
 * must not exist. Throws ALREADY-EXISTS, NOT-FOUND.
 */
export async function documentTarget(place: string, name: string): Promise<{ folder: string; file: string }> {
  const facts = await stat(place).catch(() => null);
  const file = facts?.isDirectory() === true ? path.join(place, name) : place;
  if (facts !== null && !facts.isDirectory()) {
    throw new AppError('ALREADY-EXISTS', `${path.basename(place)} exists already.`, { path: place });
  }
  const folder = path.dirname(file);
  try {
    if ((await nearestExisting(folder)) === folder) return { folder, file };
  } catch (error) {
    throw asAppError(error, folder);
  }
  throw new AppError('NOT-FOUND', `There is no folder ${folder}.`, { path: folder });
}
