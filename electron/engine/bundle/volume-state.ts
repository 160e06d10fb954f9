import { access, lstat, readFile, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import * as names from './names.ts';
import { parseVolumeFile } from './volume-file.ts';

/** Was a volume of the set begun at a place? */
export async function isBegun(setId: string, target: string): Promise<boolean> {
  return await isThere(path.join(target, names.writingFolderName(setId)));
}

/** Which volume of the set lies finished at a place; null when none does. */
export async function finishedVolumeAt(setId: string, target: string): Promise<number | null> {
  const file = path.join(target, names.setFolderName(setId), names.VOLUME_FILE);
  const label = await readFile(file).catch(() => null);
  const volume = label === null ? null : parseVolumeFile(label);
  return volume?.setId === setId ? volume.volume : null;
}

/** The parts that lie whole on an unfinished volume. */
export async function writtenParts<T extends { readonly path: string; readonly sizeBytes: number }>(
  setId: string,
  target: string,
  parts: readonly T[],
): Promise<T[]> {
  const folder = path.join(target, names.writingFolderName(setId));
  const there: T[] = [];
  for (const part of parts)
    if ((await sizeOf(path.join(folder, part.path))) === part.sizeBytes) there.push(part);
  return there;
}

/** Takes one part off an unfinished volume. */
export async function removePart(
  setId: string,
  target: string,
  part: { readonly path: string },
): Promise<void> {
  await rm(path.join(target, names.writingFolderName(setId), part.path), { force: true });
}

/** Removes what was begun of a volume; other sets, and finished volumes, are not touched. `withTarget`: the empty target too. */
export async function removeUnfinished(setId: string, target: string, withTarget: boolean): Promise<void> {
  await rm(path.join(target, names.writingFolderName(setId)), { recursive: true, force: true });
  if (withTarget) await rmdir(target).catch(() => {});
}

/** Bytes of a regular file; null for anything else. */
export async function sizeOf(file: string): Promise<number | null> {
  const facts = await lstat(file).catch(() => null);
  return facts?.isFile() === true ? facts.size : null;
}

export async function isThere(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
