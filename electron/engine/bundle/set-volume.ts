import type { SetFolder } from './set-folder.ts';

/** One volume of the set at hand. */
export interface SetVolume {
  readonly number: number;
  readonly folder: SetFolder;
  /** Size in bytes of each regular file found, by path. */
  readonly sizes: ReadonlyMap<string, number>;
  /** What SHA256SUMS says, path -> hex; empty when it cannot be read. */
  readonly sums: ReadonlyMap<string, string>;
  /** Files that the set does not list. They are reported and never read. */
  readonly extra: readonly string[];
}
