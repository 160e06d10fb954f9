import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#engine/core/app-error.ts';
import { findSetFolders } from '#engine/media/find-sets.ts';
import { MediaFolder, type MediaTools } from '#engine/media/media-folder.ts';

/**
 * The set folders at the places that a person named, each once. Throws SET-NOT-FOUND when there is none at one of them,
 * FILE-UNREADABLE when a place cannot be listed.
 */
export async function openSetFolders(tools: MediaTools, places: readonly string[]): Promise<MediaFolder[]> {
  const found = new Set<string>();
  for (const place of places) {
    const folders = await findSetFolders(place);
    if (folders.length === 0) throw noSet(place);
    for (const folder of folders) found.add(await realpath(folder));
  }
  return [...found].map((folder) => new MediaFolder(folder, tools, shortName(folder)));
}

function noSet(place: string): AppError {
  return new AppError('SET-NOT-FOUND', `There is no transfer set in ${path.basename(place) || place}.`, {
    path: place,
    expected: 'a folder sallyport-<8 hex digits> with set.dsse.json',
    next: 'Choose the volume, or the sallyport- folder on it.',
  });
}

/** Enough to tell volumes apart in a message, e.g. `volume-2/sallyport-8f31c2d0`. */
function shortName(folder: string): string {
  return path.join(path.basename(path.dirname(folder)), path.basename(folder));
}
