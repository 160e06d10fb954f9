import { type FileHandle, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { asAppError } from '#engine/core/app-error.ts';
import { disk, type OpenFile } from '#engine/core/disk.ts';
import { reach } from '#engine/core/fault-points.ts';
import { isTemporary, temporaryName } from './temporary-names.ts';

/** Makes names in a folder (new, renamed, removed) survive a power cut. Does nothing where folders cannot be opened. */
export async function fsyncFolder(folder: string): Promise<void> {
  // Windows does not open folders; its file systems journal names by themselves.
  if (process.platform === 'win32') return;
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asAppError(error, folder);
  }
}

/**
 * Writes a small file so that after a crash either all of it is there or what was there before: temporary name, fsync,
 * rename, folder fsync. Replaces an existing file.
 */
export async function writeFileDurably(
  file: string,
  bytes: Uint8Array | string,
  options: { mode?: number } = {},
): Promise<void> {
  const temporary = temporaryName(file);
  let handle: FileHandle | null = null;
  try {
    await rm(temporary, { force: true });
    handle = await open(temporary, 'wx', options.mode ?? 0o600);
    const opened: OpenFile = { path: file, descriptor: handle.fd };
    await writeAll(opened, typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
    // open() is subject to the umask.
    if (options.mode !== undefined) await handle.chmod(options.mode);
    await disk().sync(opened, 'all');
    await handle.close();
    handle = null;
    reach('durable.written');
    await rename(temporary, file);
    reach('durable.renamed');
    await fsyncFolder(path.dirname(file));
  } catch (error) {
    await handle?.close().catch(() => {});
    await rm(temporary, { force: true }).catch(() => {});
    throw asAppError(error, file);
  }
}

async function writeAll(file: OpenFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await disk().write(file, bytes.subarray(done), done);
}

/** Removes, at any depth below a folder, what processes that are no more had not finished. Answers with the paths in it. */
export async function sweepTemporary(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder, { recursive: true });
    const left = names.filter((name) => isTemporary(path.basename(name)));
    for (const name of left) await rm(path.join(folder, name), { force: true });
    return left;
  } catch (error) {
    throw asAppError(error, folder);
  }
}

/** Bytes that may still be written by an ordinary user to the file system that `existing` lies on. */
export async function freeBytes(existing: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(existing);
    return bavail * bsize;
  } catch (error) {
    throw asAppError(error, existing);
  }
}
