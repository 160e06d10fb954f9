import { stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { nearestExisting } from '#engine/media/target-room.ts';

/** In a folder the file gets its own name; any other place is the file to make. Throws ALREADY-EXISTS, NOT-FOUND. */
export async function newFileIn(place: string, name: string): Promise<string> {
  const facts = await stat(place).catch(() => null);
  const file = facts?.isDirectory() === true ? path.join(place, name) : place;
  if ((await stat(file).catch(() => null)) !== null) {
    throw new AppError('ALREADY-EXISTS', `${path.basename(file)} exists already.`, { path: file });
  }
  const folder = path.dirname(file);
  try {
    if ((await nearestExisting(folder)) === folder) return file;
  } catch (error) {
    throw asAppError(error, folder);
  }
  throw new AppError('NOT-FOUND', `There is no folder ${folder}.`, { path: folder });
}
