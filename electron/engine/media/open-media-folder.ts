import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import type { HashPool } from '#engine/hashing/hash-pool.ts';
import { MediaFolder } from './media-folder.ts';

/**
 * What a person named, ready to be read: a folder, or a single file as a folder that shows nothing else. Links in the named
 * path itself are followed, since the person chose it; links below it never are. Throws FILE-UNREADABLE,
 * FILE-NOT-REGULAR.
 */
export async function openMediaFolder(place: string, pool: HashPool): Promise<MediaFolder> {
  try {
    const real = await realpath(place);
    const facts = await lstat(real);
    const label = path.basename(place) || real;
    if (facts.isDirectory()) return new MediaFolder(real, pool, label);
    if (facts.isFile()) return new MediaFolder(path.dirname(real), pool, label, path.basename(real));
  } catch (error) {
    throw asAppError(error, place);
  }
  throw new AppError('FILE-NOT-REGULAR', `${place} is neither a folder nor a regular file`, { path: place });
}
