import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { asAppError } from '#engine/core/app-error.ts';

const SET_FOLDER = /^sallyport-[0-9a-f]{8}$/;
/** A volume's folder, or a folder that holds the volumes of one set as `bundle create --volume-size` makes them. */
const SEARCH_DEPTH = 2;

/**
 * Absolute paths of the transfer-set folders at a place a person named: the folder itself, or below it at most two levels
 * deep. Found by name or by the control file in it; nothing is read, no link is followed. Throws when it cannot be listed.
 */
export async function findSetFolders(place: string): Promise<string[]> {
  return (await search(path.resolve(place), SEARCH_DEPTH, true)).sort();
}

async function search(folder: string, depth: number, isPlace: boolean): Promise<string[]> {
  if (SET_FOLDER.test(path.basename(folder))) return [folder];
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isPlace) throw asAppError(error, folder);
    return [];
  });
  if (entries.some((entry) => entry.isFile() && entry.name === 'set.dsse.json')) return [folder];
  if (depth === 0) return [];
  const below = entries
    .filter((entry) => entry.isDirectory() && (SET_FOLDER.test(entry.name) || isVolumeFolder(entry.name)))
    .map((entry) => search(path.join(folder, entry.name), depth - 1, false));
  return (await Promise.all(below)).flat();
}

function isVolumeFolder(name: string): boolean {
  return /^volume-[0-9]+$/.test(name);
}
