import { constants } from 'node:fs';
import { access, realpath, statfs } from 'node:fs/promises';
import path from 'node:path';
import { asAppError, errnoOf } from '#engine/core/app-error.ts';
import { fileSystemOfMagic, maxFileBytesOf } from './file-systems.ts';
import type { FoundVolume } from './found-volume.ts';

/** What a write to a folder needs to know about the volume below it. */
export interface FolderSpace {
  readonly freeBytes: number;
  /** Files take whole blocks of this many bytes. */
  readonly blockBytes: number;
  readonly readOnly: boolean;
  readonly fileSystem: string;
  readonly maxFileBytes: number | null;
}

/** Space and limits of the volume that `folder` (which must exist) lies on. FILE-UNREADABLE when it cannot be asked. */
export async function spaceOf(folder: string): Promise<FolderSpace> {
  try {
    const facts = await statfs(folder);
    // Only Linux documents these numbers; elsewhere the volume list knows the name.
    const fileSystem = process.platform === 'linux' ? fileSystemOfMagic(facts.type) : '';
    return {
      freeBytes: facts.bavail * facts.bsize,
      blockBytes: facts.bsize,
      readOnly: await isReadOnly(folder),
      fileSystem,
      maxFileBytes: maxFileBytesOf(fileSystem),
    };
  } catch (error) {
    throw asAppError(error, folder);
  }
}

/**
 * The volume of a folder that a person chose, for every folder there is: the listed volume that holds it when there is one,
 * else what the file system itself tells.
 */
export async function volumeOfFolder(folder: string, known: readonly FoundVolume[]): Promise<FoundVolume> {
  const space = await spaceOf(folder);
  const real = await realpath(folder);
  const holder = known
    .filter((volume) => volume.mountPath !== null && isBelow(real, volume.mountPath))
    .sort((a, b) => (b.mountPath?.length ?? 0) - (a.mountPath?.length ?? 0))[0];
  if (holder !== undefined) return { ...holder, freeBytes: space.freeBytes, readOnly: space.readOnly };
  const { blocks, bsize } = await statfs(folder);
  return {
    mountPath: real,
    device: '',
    label: path.basename(real) || real,
    fileSystem: space.fileSystem,
    sizeBytes: blocks * bsize,
    freeBytes: space.freeBytes,
    readOnly: space.readOnly,
    transport: 'folder',
    serial: null,
    uuid: null,
    maxFileBytes: space.maxFileBytes,
    state: 'ready',
  };
}

async function isReadOnly(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK);
    return false;
  } catch (error) {
    const errno = errnoOf(error);
    return errno === 'EROFS' || errno === 'EACCES' || errno === 'EPERM';
  }
}

function isBelow(inner: string, outer: string): boolean {
  const relative = path.relative(outer, inner);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}
