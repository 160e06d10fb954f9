import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { reach } from '#engine/core/fault-points.ts';
import { silentProgress } from '#engine/core/progress.ts';
import { fsyncFolder, sweepTemporary } from '#engine/store/durable.ts';
import { onMedium } from './medium-failed.ts';
import * as names from './names.ts';
import { type ExpectedFile, proveVolume } from './prove-volume.ts';
import { type LocatedPart, locateParts } from './set-statement.ts';
import { type ClosedVolume, sealControls, writeControls } from './volume-controls.ts';
import { writePayload } from './volume-payload.ts';
import { notBegun, type VolumeEnd } from './volume-progress.ts';
import { finishedVolumeAt, isThere } from './volume-state.ts';
import { phaseVolume, type VolumeWrite, type WrittenVolume } from './volume-write.ts';

/**
 * Writes one volume of a signed set, flushes it, reads all of it back, notes that in its custody log, and only then gives its
 * folder the name by which sets are found. Until that last rename the folder has a hidden name, so nothing half-written ever
 * looks like a set. Throws MediumFailed when the medium is to blame, and leaves what was written: removeUnfinished takes it
 * away.
 */
export async function writeVolume(write: VolumeWrite): Promise<WrittenVolume> {
  const { signed, number, target, earlier } = write;
  const folder = path.join(target, names.writingFolderName(signed.set.setId));
  const parts = locateParts(signed.set).filter((part) => part.volume === number);
  const began = await onMedium(target, () => beginVolume(write, folder));
  const timed = await timedRate(parts, async () => {
    const digests =
      earlier.writtenAt === null ? await writePayload(write, folder, parts) : new Map<string, string>();
    return await onMedium(target, () => writeControls(write, folder, parts, digests));
  });
  const closed = timed.result;
  const proof = await onMedium(target, () => prove(write, folder, closed));
  const sealed = await onMedium(target, () => seal(write, folder, closed, proof));
  await onMedium(target, () => finishVolume(write, folder));
  const wasFresh = !began && earlier === notBegun;
  return {
    folder: path.join(target, names.setFolderName(signed.set.setId)),
    sizeBytes: sizeOfAll(closed.expected, sealed),
    writtenAt: closed.writtenAt,
    provenAt: proof.at,
    readBack: proof.readBack,
    writeBytesPerSecond: wasFresh ? timed.bytesPerSecond : null,
    readBytesPerSecond: proof.bytesPerSecond,
  };
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

type Proof = NonNullable<VolumeEnd['proof']> & { readonly bytesPerSecond: number | null };

/** Reads everything back that no earlier run did. */
async function prove(
  write: VolumeWrite,
  folder: string,
  { expected, writtenAt }: ClosedVolume,
): Promise<Proof> {
  const { earlier, number, clock, progress } = write;
  const sizeBytes = expected.reduce((sum, file) => sum + file.sizeBytes, 0);
  progress.phase(`reading back volume ${number}`, 2, 2, sizeBytes, phaseVolume(write));
  if (earlier.provenAt !== null)
    return { at: earlier.provenAt, readBack: earlier.readBack, bytesPerSecond: null };
  const { readBack, bytesPerSecond } = await proveVolume({
    ...write,
    folder,
    expected,
    onProven: (proven, readBack) => write.save({ writtenAt, proven, readBack, provenAt: null }),
  });
  const at = timestamp(clock);
  write.save({ writtenAt, proven: expected.length, readBack, provenAt: at });
  return { at, readBack, bytesPerSecond };
}

/** The proof goes into the volume's own custody log; what that changes is read back as well. */
async function seal(
  write: VolumeWrite,
  folder: string,
  closed: ClosedVolume,
  { at, readBack }: Proof,
): Promise<ExpectedFile[]> {
  const expected = await sealControls(write, folder, closed, { at, readBack });
  reach('set.sealed');
  await proveVolume({
    ...write,
    folder,
    expected,
    earlier: notBegun,
    progress: silentProgress,
    onProven: () => {},
  });
  return expected;
}

/** Bytes of all files, some of which were replaced later. */
function sizeOfAll(files: readonly ExpectedFile[], replaced: readonly ExpectedFile[]): number {
  const sizes = new Map([...files, ...replaced].map(({ name, sizeBytes }) => [name, sizeBytes]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
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
