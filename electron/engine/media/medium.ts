import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FoundVolume } from './found-volume.ts';
import type { VolumeLister } from './volumes.ts';

/** What a place lies on, so that it can be found again after the medium was taken out and put back. */
export interface Medium {
  readonly label: string;
  readonly serial: string | null;
  /** From the volume's top to the place, with the system's separators; empty for the top. */
  readonly path: string;
}

/** The medium below a place; null when it lies on none that comes and goes, or the list of them cannot be had. */
export async function mediumOf(place: string, volumes: VolumeLister): Promise<Medium | null> {
  const real = await realpath(place).catch(() => null);
  if (real === null) return null;
  const holder = (await listMounted(volumes))
    .filter(({ mountPath }) => mountPath === real || real.startsWith(withSeparator(mountPath)))
    .sort((a, b) => b.mountPath.length - a.mountPath.length)[0];
  if (holder === undefined) return null;
  const { label, serial, mountPath } = holder;
  return { label, serial, path: path.relative(mountPath, real) };
}

/** Where the place on this medium is now; null when the medium is not attached, or several look like it. */
export async function findAgain(medium: Medium, volumes: VolumeLister): Promise<string | null> {
  const found: string[] = [];
  for (const volume of await listMounted(volumes)) {
    if (volume.label !== medium.label || volume.serial !== medium.serial) continue;
    const place = path.join(volume.mountPath, medium.path);
    const isThere = await stat(place).then(
      () => true,
      () => false,
    );
    if (isThere) found.push(place);
  }
  return found.length === 1 ? (found[0] ?? null) : null;
}

interface MountedVolume extends FoundVolume {
  readonly mountPath: string;
}

async function listMounted(volumes: VolumeLister): Promise<MountedVolume[]> {
  const all = await volumes.list().catch(() => []);
  return all.flatMap((volume) =>
    volume.mountPath === null ? [] : [{ ...volume, mountPath: volume.mountPath }],
  );
}

function withSeparator(folder: string): string {
  return folder.endsWith(path.sep) ? folder : folder + path.sep;
}
