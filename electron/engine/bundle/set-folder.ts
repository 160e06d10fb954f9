import type { FolderPort } from '#engine/core/folder-port.ts';

/** The folder of a set on one volume, read in place. */
export interface SetFolder extends FolderPort {
  /** Absolute path of a file below it, for reading by the hash pool; no folder on the way is a link. Throws AppError. */
  resolve(path: string): Promise<string>;
}
