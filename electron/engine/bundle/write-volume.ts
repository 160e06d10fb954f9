import { createHash } from 'node:crypto';
import { access, chmod, lstat, mkdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { Timestamp } from '#shared/contract/basics.ts';
import type { ReadBack } from '#shared/contract/transfers.ts';
import { AppError } from '#engine/core/app-error.ts';
import { type Clock, timestamp } from '#engine/core/clock.ts';
import { hexOf } from '#engine/core/digest.ts';
import { reach } from '#engine/core/fault-points.ts';
import type { PhaseVolume, Progress } from '#engine/core/progress.ts';
import type { Signer } from '#engine/core/signer.ts';
import type { HashPool } from '#engine/hashing/hash-pool.ts';
import { fsyncFolder, sweepTemporary, writeFileDurably } from '#engine/store/durable.ts';
import { volumeFiles } from './control-files.ts';
import type { SignedSet } from './make-set.ts';
import { onMedium } from './medium-failed.ts';
import * as names from './names.ts';
import type { PayloadWriter } from './payload-writer.ts';
import { type ExpectedFile, proveVolume } from './prove-volume.ts';
import { type LocatedPart, locateParts } from './set-statement.ts';
import { parseSums } from './sums.ts';
import { parseVolumeFile } from './volume-file.ts';
import { CONTROL_SLACK } from './volume-room.ts';
import { notBegun, type VolumeProgress } from './volume-progress.ts';

export interface VolumeWrite {
  readonly signed: SignedSet;
  readonly number: number;
  /** The volume, absolute; made when missing. */
  readonly target: string;
  /** custody.jsonl of this volume, given when it was written. */
  readonly custody: (writtenAt: Timestamp) => string;
  /** How far an earlier run came. */
  readonly earlier: VolumeProgress;
  readonly save: (progress: VolumeProgress) => void;
  readonly writer: PayloadWriter;
  readonly signer: Signer;
  readonly pool: HashPool;
  readonly clock: Clock;
  /** Makes the system write out what it holds back of the file system that a folder lies on. */
  readonly flush: (folder: string) => Promise<void>;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** A volume that was written, flushed and read back. */
export interface WrittenVolume {
  /** The set's folder, absolute. */
  readonly folder: string;
  readonly sizeBytes: number;
  readonly writtenAt: Timestamp;
  readonly readBack: ReadBack;
  /** null when an earlier run did a part of it. */
  readonly writeBytesPerSecond: number | null;
  readonly readBytesPerSecond: number | null;
}

/** Keeps the space of the control files until it is their turn, so that a volume can be closed when it is full. */
const ROOM_FILE = '.room';
const FOLDERS = ['blobs/sha256', 'blobs', 'parts', '.'];

/**
 * Writes one volume of a signed set, flushes it, reads all of it back, and only then gives its folder the name by which
 * sets are found. Until that last rename the folder has a hidden name, so nothing half-written ever looks like a set. Throws
 * MediumFailed when the medium is to blame, and leaves what was written: removeUnfinished takes it away.
 */
export async function writeVolume(write: VolumeWrite): Promise<WrittenVolume> {
  const { signed, number, target, progress } = write;
  const folder = path.join(target, names.writingFolderName(signed.set.setId));
  const parts = locateParts(signed.set).filter((part) => part.volume === number);
  const began = await onMedium(target, () => beginVolume(write, folder));
  const timed = await timedRate(parts, async () => {
    const digests = await writePayload(write, folder, parts);
    return await onMedium(target, () => writeControl(write, folder, parts, digests));
  });
  const { expected, writtenAt } = timed.result;
  const sizeBytes = expected.reduce((sum, file) => sum + file.sizeBytes, 0);
  progress.phase(`reading back volume ${number}`, 2, 2, sizeBytes, volumeOf(write));
  const readBack = await onMedium(target, () =>
    proveVolume({ ...write, folder, expected, onProven: (proven) => write.save({ writtenAt, proven }) }),
  );
  await onMedium(target, () => finishVolume(write, folder));
  const wasFresh = !began && write.earlier === notBegun;
  return {
    folder: path.join(target, names.setFolderName(signed.set.setId)),
    sizeBytes,
    writtenAt,
    readBack: readBack.readBack,
    writeBytesPerSecond: wasFresh ? timed.bytesPerSecond : null,
    readBytesPerSecond: readBack.bytesPerSecond,
  };
}

/** Removes what was begun of a volume; other sets, and finished volumes, are not touched. `withTarget`: the empty target too. */
export async function removeUnfinished(setId: string, target: string, withTarget: boolean): Promise<void> {
  await rm(path.join(target, names.writingFolderName(setId)), { recursive: true, force: true });
  if (withTarget) await rmdir(target).catch(() => {});
}

/** The parts that lie whole on an unfinished volume. */
export async function writtenParts<T extends { readonly path: string; readonly sizeBytes: number }>(
  setId: string,
  target: string,
  parts: readonly T[],
): Promise<T[]> {
  const folder = path.join(target, names.writingFolderName(setId));
  const there: T[] = [];
  for (const part of parts)
    if ((await sizeOf(path.join(folder, part.path))) === part.sizeBytes) there.push(part);
  return there;
}

/** Takes one part off an unfinished volume. */
export async function removePart(
  setId: string,
  target: string,
  part: { readonly path: string },
): Promise<void> {
  await rm(path.join(target, names.writingFolderName(setId), part.path), { force: true });
}

/** Was a volume of the set begun at a place? */
export async function isBegun(setId: string, target: string): Promise<boolean> {
  return await isThere(path.join(target, names.writingFolderName(setId)));
}

/** Which volume of the set lies finished at a place; null when none does. */
export async function finishedVolumeAt(setId: string, target: string): Promise<number | null> {
  const label = await readFile(path.join(target, names.setFolderName(setId), names.VOLUME_FILE)).catch(
    () => null,
  );
  const volume = label === null ? null : parseVolumeFile(label);
  return volume?.setId === setId ? volume.volume : null;
}

/** Answers whether an earlier run had begun it. */
async function beginVolume({ signed, number, target }: VolumeWrite, folder: string): Promise<boolean> {
  const { setId } = signed.set;
  const final = path.join(target, names.setFolderName(setId));
  // Stopped between the rename and the note of it.
  if ((await finishedVolumeAt(setId, target)) === number) await rename(final, folder);
  if (await isThere(final)) {
    throw new AppError('ALREADY-EXISTS', `${path.basename(final)} is there already.`, { path: final });
  }
  const began = await isThere(folder);
  if (began) await sweepTemporary(folder);
  await mkdir(path.join(folder, 'blobs', 'sha256'), { recursive: true });
  reach('set.begun');
  return began;
}

function volumeOf({ signed, number }: VolumeWrite): PhaseVolume {
  return { number, of: signed.set.volumes };
}

/** Hex digests of the payload files by path. */
async function writePayload(
  write: VolumeWrite,
  folder: string,
  parts: readonly LocatedPart[],
): Promise<Map<string, string>> {
  const { number, target, signal, progress, writer, signed, signer } = write;
  const digests = new Map<string, string>();
  if (write.earlier.writtenAt !== null) return digests;
  const bytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  progress.phase(`writing volume ${number}`, 1, 2, bytes, volumeOf(write));
  const room = volumeFiles(signed, write.custody(signed.set.createdAt), number, () => '0'.repeat(64), signer);
  const roomBytes = [...room.values()].reduce((sum, file) => sum + file.length, 0);
  await onMedium(target, () => keepRoom(path.join(folder, ROOM_FILE), Math.ceil(roomBytes * CONTROL_SLACK)));
  for (const part of parts) {
    signal.throwIfAborted();
    progress.current(names.nameOnVolume(number, part.path));
    const file = path.join(folder, part.path);
    const onBytes = (done: number) => progress.advance(done);
    const kept = await keptDigest(write, file, part);
    const digest = kept ?? (await onMedium(target, () => writer.write(part, folder, { signal, onBytes })));
    digests.set(part.path, digest);
    await makeReadable(file);
    reach('set.part');
  }
  return digests;
}

/** Once it is there it stays: a medium that turned out full has no room for a second one. */
async function keepRoom(file: string, bytes: number): Promise<void> {
  if ((await sizeOf(file)) === null) await writeFileDurably(file, Buffer.alloc(bytes));
}

/** The digest of a file that an earlier run wrote whole; what is not right is removed. */
async function keptDigest(
  { pool, signal }: VolumeWrite,
  file: string,
  part: LocatedPart,
): Promise<string | null> {
  const size = await sizeOf(file);
  if (size === null) return null;
  if (size === part.sizeBytes) {
    const found = await pool
      .hashFile({ path: file, algorithms: ['sha256'], direct: true, signal })
      .catch(() => {
        signal.throwIfAborted();
        return null;
      });
    const isRight = found !== null && part.chunks.every((chunk, n) => chunk === found.chunks[n]);
    const sha256 = found?.digests.get('sha256') ?? '';
    if (isRight && (!part.isWhole || sha256 === hexOf(part.blob))) return sha256;
  }
  await rm(file, { force: true });
  return null;
}

async function writeControl(
  write: VolumeWrite,
  folder: string,
  parts: readonly LocatedPart[],
  digests: ReadonlyMap<string, string>,
): Promise<{ expected: ExpectedFile[]; writtenAt: Timestamp }> {
  const { earlier, signed, number, signer } = write;
  const writtenAt = earlier.writtenAt ?? timestamp(write.clock);
  const known = earlier.writtenAt === null ? digests : await listedDigests(folder);
  const sha256Of = (part: LocatedPart) => known.get(part.path) ?? hexOf(part.blob);
  const files = volumeFiles(signed, write.custody(writtenAt), number, sha256Of, signer);
  if (earlier.writtenAt === null) {
    await rm(path.join(folder, ROOM_FILE), { force: true });
    for (const [name, bytes] of files) {
      await writeFileDurably(path.join(folder, name), bytes);
      await makeReadable(path.join(folder, name));
    }
    for (const inner of FOLDERS) await syncIfThere(path.join(folder, inner));
    await write.flush(folder);
    write.save({ writtenAt, proven: 0 });
    reach('set.controls');
  }
  const payload = parts.map((part) => {
    const { path: name, sizeBytes, chunks } = part;
    return { name, sizeBytes, sha256: sha256Of(part), chunks };
  });
  const control = [...files].map(([name, bytes]) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { name, sizeBytes: bytes.length, sha256, chunks: null };
  });
  return { expected: [...payload, ...control], writtenAt };
}

/** What an earlier run noted on the medium; every line is held against the bytes when they are read back. */
async function listedDigests(folder: string): Promise<ReadonlyMap<string, string>> {
  const bytes = await readFile(path.join(folder, names.SUMS_FILE)).catch(() => new Uint8Array());
  return parseSums(bytes) ?? new Map();
}

async function finishVolume({ signed, target, flush }: VolumeWrite, folder: string): Promise<void> {
  reach('set.proved');
  await rename(folder, path.join(target, names.setFolderName(signed.set.setId)));
  await fsyncFolder(target);
  await flush(target);
}

async function timedRate<T>(parts: readonly LocatedPart[], work: () => Promise<T>) {
  const start = performance.now();
  const result = await work();
  const seconds = (performance.now() - start) / 1000;
  const bytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  return { result, bytesPerSecond: seconds > 0 && bytes > 0 ? bytes / seconds : null };
}

async function sizeOf(file: string): Promise<number | null> {
  const facts = await lstat(file).catch(() => null);
  return facts?.isFile() === true ? facts.size : null;
}

async function isThere(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}

/** Whoever plugs the medium in elsewhere may read it. FAT and some network file systems know no modes and say so. */
async function makeReadable(file: string): Promise<void> {
  await chmod(file, 0o644).catch(() => {});
}

async function syncIfThere(folder: string): Promise<void> {
  if (await isThere(folder)) await fsyncFolder(folder);
}
