import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ImportId } from '#shared/contract/basics.ts';
import { AppError, asAppError, errnoOf } from '#engine/core/app-error.ts';
import { fsyncFolder } from './durable.ts';

/** Bytes on trial: one folder per import, readable by the owner alone, whose files are named by the caller (never by the medium). */
export class Quarantine {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the import's folder, or finds it there, and returns its path. */
  async create(importId: string): Promise<string> {
    const folder = this.folderOf(importId);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await fsyncFolder(this.#folder);
      return folder;
    } catch (error) {
      throw asAppError(error, folder);
    }
  }

  /** Where a file of the import lies. `name` is one plain segment, else INTERNAL. */
  pathOf(importId: string, name: string): string {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
      throw new AppError('INTERNAL', `not a name for quarantine: ${JSON.stringify(name)}`);
    }
    return path.join(this.folderOf(importId), name);
  }

  /** Deletes the import's folder with all that is in it; nothing happens when there is none. */
  async discard(importId: string): Promise<void> {
    const folder = this.folderOf(importId);
    try {
      await rm(folder, { recursive: true, force: true });
      await fsyncFolder(this.#folder);
    } catch (error) {
      throw asAppError(error, folder);
    }
  }

  /** Bytes of the files in the import's folder; 0 when there is none. */
  async sizeOf(importId: string): Promise<number> {
    const folder = this.folderOf(importId);
    const names = await readdir(folder).catch(() => []);
    const sizes = await Promise.all(
      names.map((name) =>
        lstat(path.join(folder, name)).then(
          (stats) => stats.size,
          () => 0,
        ),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Imports that have a folder. Strangers in the quarantine are passed over. */
  async list(): Promise<string[]> {
    try {
      const found = await readdir(this.#folder, { withFileTypes: true });
      return found
        .filter((entry) => entry.isDirectory() && ImportId.safeParse(entry.name).success)
        .map((entry) => entry.name)
        .sort();
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return [];
      throw asAppError(error, this.#folder);
    }
  }

  /** The import's folder, whether it is there or not. INTERNAL when the id is none. */
  folderOf(importId: string): string {
    if (!ImportId.safeParse(importId).success) {
      throw new AppError('INTERNAL', `not an import: ${JSON.stringify(importId)}`);
    }
    return path.join(this.#folder, importId);
  }
}
