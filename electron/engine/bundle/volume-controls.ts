import { createHash } from 'node:crypto';
import { chmod, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Timestamp } from '#shared/contract/basics.ts';
import { timestamp } from '#engine/core/clock.ts';
import { hexOf } from '#engine/core/digest.ts';
import { reach } from '#engine/core/fault-points.ts';
import { fsyncFolder, writeFileDurably } from '#engine/store/durable.ts';
import { type FileMap, volumeFiles } from './control-files.ts';
import * as names from './names.ts';
import type { ExpectedFile } from './prove-volume.ts';
import type { LocatedPart } from './set-statement.ts';
import { parseSums } from './sums.ts';
import type { VolumeEnd } from './volume-progress.ts';
import { isThere } from './volume-state.ts';
import type { VolumeWrite } from './volume-write.ts';

const FOLDERS = ['blobs/sha256', 'blobs', 'parts', '.'];
/** What the proof changes: the custody log that tells of it, and the list that vouches for that. */
const sealedFiles: readonly string[] = [names.CUSTODY_FILE, names.SUMS_FILE, names.SUMS_SIGNATURE_FILE];

/** A volume whose files are all on the medium. */
export interface ClosedVolume {
  readonly writtenAt: Timestamp;
  /** Hex digests of the payload files by path. */
  readonly digests: ReadonlyMap<string, string>;
  /** Every file, as it must be read back: payload first. */
  readonly expected: readonly ExpectedFile[];
}

/** Writes the files beside the payload and flushes everything, unless an earlier run did. `digests`: of what was written now. */
export async function writeControls(
  write: VolumeWrite,
  folder: string,
  parts: readonly LocatedPart[],
  digests: ReadonlyMap<string, string>,
): Promise<ClosedVolume> {
  const { earlier, clock } = write;
  const isWritten = earlier.writtenAt !== null;
  const writtenAt = earlier.writtenAt ?? timestamp(clock);
  const known = isWritten ? await listedDigests(folder) : digests;
  const files = filesOf(write, { writtenAt, proof: null }, known);
  if (!isWritten) {
    await rm(path.join(folder, names.ROOM_FILE), { force: true });
    for (const [name, bytes] of files) await writeControl(folder, name, bytes);
    for (const inner of FOLDERS) await syncIfThere(path.join(folder, inner));
    await write.flush(folder);
    write.save({ ...earlier, writtenAt });
    reach('set.controls');
  }
  const payload = parts.map((part) => {
    const { path: name, sizeBytes, chunks } = part;
    return { name, sizeBytes, sha256: digestOfPart(part, known), chunks };
  });
  return { writtenAt, digests: known, expected: [...payload, ...[...files].map(expect)] };
}

/**
 * Notes on a volume that was read back how and when that was, and answers what is to be read back once more for it: the
 * log, the list, and the list's signature. What an earlier run left of this is written again.
 */
export async function sealControls(
  write: VolumeWrite,
  folder: string,
  { writtenAt, digests }: ClosedVolume,
  proof: NonNullable<VolumeEnd['proof']>,
): Promise<ExpectedFile[]> {
  const files = filesOf(write, { writtenAt, proof }, digests);
  const sealed = [...files].filter(([name]) => sealedFiles.includes(name));
  for (const [name, bytes] of sealed) await writeControl(folder, name, bytes);
  await write.flush(folder);
  return sealed.map(expect);
}

/** Whoever plugs the medium in elsewhere may read it. FAT and some network file systems know no modes and say so. */
export async function makeReadable(file: string): Promise<void> {
  await chmod(file, 0o644).catch(() => {});
}

function filesOf(
  { signed, number, signer, custody }: VolumeWrite,
  end: VolumeEnd,
  digests: ReadonlyMap<string, string>,
): FileMap {
  return volumeFiles(signed, custody(end), number, (part) => digestOfPart(part, digests), signer);
}

function digestOfPart(part: LocatedPart, digests: ReadonlyMap<string, string>): string {
  return digests.get(part.path) ?? hexOf(part.blob);
}

/** What an earlier run noted on the medium; every line is held against the bytes when they are read back. */
async function listedDigests(folder: string): Promise<ReadonlyMap<string, string>> {
  const bytes = await readFile(path.join(folder, names.SUMS_FILE)).catch(() => new Uint8Array());
  return parseSums(bytes) ?? new Map();
}

function expect([name, bytes]: [string, Uint8Array]): ExpectedFile {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name, sizeBytes: bytes.length, sha256, chunks: null };
}

async function writeControl(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await writeFileDurably(path.join(folder, name), bytes);
  await makeReadable(path.join(folder, name));
}

async function syncIfThere(folder: string): Promise<void> {
  if (await isThere(folder)) await fsyncFolder(folder);
}
