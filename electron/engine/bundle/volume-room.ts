/** What one volume takes. null: no limit. */
export interface VolumeRoom {
  /** What all files of the set there may take, blocks included. */
  readonly capacityBytes: number | null;
  /** Largest payload file. */
  readonly maxFileBytes: number | null;
  /** Files take whole blocks of this many bytes; 1 counts bytes alone. */
  readonly blockBytes: number;
}

/** Names in folders and what a file system keeps about a file, for each file; only where blocks are counted. */
const ENTRY_BYTES = 512;
/** Folders of a set on a volume, a block each. */
const FOLDERS = 6;

/** Control files grow when a set is planned anew; so much more room is kept for them. */
export const CONTROL_SLACK = 1.25;

/** What a file takes on a volume. */
export function costOf(room: VolumeRoom, sizeBytes: number): number {
  if (room.blockBytes <= 1) return sizeBytes;
  return Math.ceil(sizeBytes / room.blockBytes) * room.blockBytes + ENTRY_BYTES;
}

/** What a volume of these file sizes takes. */
export function costOfAll(room: VolumeRoom, sizes: readonly number[]): number {
  const folders = room.blockBytes <= 1 ? 0 : FOLDERS * room.blockBytes;
  return sizes.reduce((sum, size) => sum + costOf(room, size), folders);
}

/** What is kept free on a volume for control files of these sizes. */
export function controlRoom(room: VolumeRoom, sizes: readonly number[]): number {
  const cost = costOfAll(room, sizes);
  return room.blockBytes <= 1 ? cost : Math.ceil(cost * CONTROL_SLACK);
}
