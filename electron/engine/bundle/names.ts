import type { Digest } from '#shared/contract/basics.ts';
import { hexOf } from '#engine/core/digest.ts';

/** Names of the files beside the payload in a set's folder (formats.md, "A transfer set"). */
export const CONTROL_FILE = 'set.dsse.json';
export const VOLUME_FILE = 'volume.json';
export const LAYOUT_FILE = 'oci-layout';
export const INDEX_FILE = 'index.json';
export const SIGNERS_FILE = 'allowed_signers';
export const CUSTODY_FILE = 'custody.jsonl';
export const HELP_FILE = 'VERIFY.txt';
export const SUMS_FILE = 'SHA256SUMS';
export const SUMS_SIGNATURE_FILE = 'SHA256SUMS.sig';

/** Keeps the space of the control files until it is their turn, so that a volume can be closed when it is full. */
export const ROOM_FILE = '.room';

/** What SHA256SUMS lists beside the payload: everything but itself and its signature. */
export const summedControlFiles = [
  CONTROL_FILE,
  VOLUME_FILE,
  LAYOUT_FILE,
  INDEX_FILE,
  SIGNERS_FILE,
  CUSTODY_FILE,
  HELP_FILE,
] as const;

/** Folder of a set on a volume. */
export function setFolderName(setId: string): string {
  return `sallyport-${setId.slice(0, 8)}`;
}

/** The same while it is being written: hidden, and found by nothing that looks for sets. */
export function writingFolderName(setId: string): string {
  return `.sallyport-${setId}.writing`;
}

/**
 * Where a part lies in the set's folder. A part that is a whole blob has the blob's name; others are numbered from 00000,
 * with more digits past 99,999, so they are to be ordered as numbers.
 */
export function payloadPath(part: { blob: Digest; index: number }, isWhole: boolean): string {
  const hex = hexOf(part.blob);
  return isWhole ? `blobs/sha256/${hex}` : `parts/${hex}.${String(part.index).padStart(5, '0')}`;
}

/** A file of a set as people are told of it. */
export function nameOnVolume(volume: number, path: string): string {
  return `volume ${volume}: ${path}`;
}
