import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { FolderListing, FolderPort } from '#engine/core/folder-port.ts';
import { asAppError } from '#engine/core/app-error.ts';
import type { HashPool } from '#engine/hashing/hash-pool.ts';
import { MediaFolder } from '#engine/media/media-folder.ts';
import { listFile } from '#engine/media/walk.ts';
import { subjectOf } from '#engine/trust/signature-names.ts';

/** A file and what is named as a signature of it, right beside it. Nothing else of the folder is looked at. */
export interface FileWithSignatures {
  readonly name: string;
  readonly folder: FolderPort;
}

/** Throws FILE-UNREADABLE when the file or its folder cannot be read. */
export async function openFileWithSignatures(file: string, pool: HashPool): Promise<FileWithSignatures> {
  try {
    const real = await realpath(file);
    const root = path.dirname(real);
    const name = path.basename(real);
    const names = (await readdir(root)).filter((each) => each === name || subjectOf(each) === name);
    const listings = await Promise.all(names.map((each) => listFile(root, each)));
    const listing: FolderListing = {
      files: listings.flatMap(({ files }) => files),
      problems: listings.flatMap(({ problems }) => problems),
    };
    const whole = new MediaFolder(root, pool, name);
    return {
      name,
      folder: {
        label: name,
        list: () => Promise.resolve(listing),
        read: (relative, limitBytes) => whole.read(relative, limitBytes),
        digests: (relative, algorithms, options) => whole.digests(relative, algorithms, options),
      },
    };
  } catch (error) {
    throw asAppError(error, file);
  }
}
