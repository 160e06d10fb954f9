import { stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, asAppError, errnoOf } from '#engine/core/app-error.ts';
import { type FolderSpace, spaceOf } from './folder-volume.ts';

/** Files that are about to be written below a folder, which need not exist yet. */
export interface PlannedWrite {
  readonly folder: string;
  readonly fileSizes: readonly number[];
  /** Folders that are made for them. */
  readonly folders: number;
  /** Bytes that lie there already and become part of these files, or are removed for them; 0 by default. */
  readonly presentBytes?: number;
}

/** The folder itself, or the nearest one above it that exists. */
export async function nearestExisting(folder: string): Promise<string> {
  try {
    const facts = await stat(folder);
    if (!facts.isDirectory())
      throw new AppError('FILE-NOT-REGULAR', `${folder} is not a folder`, { path: folder });
    return folder;
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || path.dirname(folder) === folder) throw asAppError(error, folder);
    return await nearestExisting(path.dirname(folder));
  }
}

/**
 * Throws before the first byte is written: MEDIA-READ-ONLY, FILE-TOO-LARGE, or DISK-FULL with what is needed and what is
 * free on each file system, counted in its blocks. Folders on one file system are counted together.
 */
export async function refuseWithoutRoom(writes: readonly PlannedWrite[]): Promise<void> {
  const byDevice = new Map<number, { space: FolderSpace; folder: string; neededBytes: number }>();
  for (const write of writes) {
    const folder = await nearestExisting(write.folder);
    const { dev } = await stat(folder);
    const space = byDevice.get(dev)?.space ?? (await spaceOf(folder));
    refuseReadOnly(space, folder);
    refuseTooLarge(space, folder, write.fileSizes);
    const blocks = write.fileSizes.reduce(
      (sum, size) => sum + Math.ceil(size / space.blockBytes),
      write.folders,
    );
    const neededBytes = Math.max(
      0,
      (byDevice.get(dev)?.neededBytes ?? 0) + blocks * space.blockBytes - (write.presentBytes ?? 0),
    );
    byDevice.set(dev, { space, folder, neededBytes });
  }
  for (const { space, folder, neededBytes } of byDevice.values()) {
    if (neededBytes <= space.freeBytes) continue;
    throw new AppError(
      'DISK-FULL',
      `${neededBytes} bytes are needed, and ${space.freeBytes} bytes are free.`,
      {
        expected: `${neededBytes} bytes free`,
        found: `${space.freeBytes} bytes free`,
        path: folder,
        state: 'Nothing was written.',
        next: `Free at least ${neededBytes - space.freeBytes} bytes, or choose another medium.`,
      },
    );
  }
}

function refuseReadOnly(space: FolderSpace, folder: string): void {
  if (!space.readOnly) return;
  throw new AppError('MEDIA-READ-ONLY', `${folder} cannot be written to.`, {
    path: folder,
    state: 'Nothing was written.',
    next: 'Take off the write protection, or choose another medium.',
  });
}

function refuseTooLarge(space: FolderSpace, folder: string, sizes: readonly number[]): void {
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  if (space.maxFileBytes === null || largest <= space.maxFileBytes) return;
  throw new AppError('FILE-TOO-LARGE', `${space.fileSystem} cannot hold a file of ${largest} bytes.`, {
    expected: `files of at most ${space.maxFileBytes} bytes`,
    found: `${largest} bytes`,
    path: folder,
    state: 'Nothing was written.',
  });
}
