import { rm } from 'node:fs/promises';
import path from 'node:path';
import { hexOf } from '#engine/core/digest.ts';
import { reach } from '#engine/core/fault-points.ts';
import { writeFileDurably } from '#engine/store/durable.ts';
import { volumeFiles } from './control-files.ts';
import { onMedium } from './medium-failed.ts';
import * as names from './names.ts';
import type { LocatedPart } from './set-statement.ts';
import { makeReadable } from './volume-controls.ts';
import { CONTROL_SLACK } from './volume-room.ts';
import { sizeOf } from './volume-state.ts';
import { phaseVolume, type VolumeWrite } from './volume-write.ts';

/** Writes what is not there yet of a volume's payload, and answers the hex digest of each payload file by its path. */
export async function writePayload(
  write: VolumeWrite,
  folder: string,
  parts: readonly LocatedPart[],
): Promise<Map<string, string>> {
  const { number, target, signal, progress, writer } = write;
  const digests = new Map<string, string>();
  const bytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  progress.phase(`writing volume ${number}`, 1, 2, bytes, phaseVolume(write));
  await onMedium(target, () => keepRoom(write, path.join(folder, names.ROOM_FILE)));
  for (const part of parts) {
    signal.throwIfAborted();
    progress.current(names.nameOnVolume(number, part.path));
    const file = path.join(folder, part.path);
    const onBytes = (done: number) => progress.advance(done);
    const kept = await keptDigest(write, file, part);
    const digest = kept ?? (await onMedium(target, () => writer.write(part, folder, { signal, onBytes })));
    if (kept !== null) progress.advance(part.sizeBytes);
    digests.set(part.path, digest);
    await makeReadable(file);
    reach('set.part');
  }
  return digests;
}

/** Once it is there it stays: a medium that turned out full has no room for a second one. */
async function keepRoom({ signed, number, signer, custody }: VolumeWrite, file: string): Promise<void> {
  if ((await sizeOf(file)) !== null) return;
  const at = signed.set.createdAt;
  const log = custody({ writtenAt: at, proof: { at, readBack: 'page-cache' } });
  const room = volumeFiles(signed, log, number, () => '0'.repeat(64), signer);
  const bytes = [...room.values()].reduce((sum, { length }) => sum + length, 0);
  await writeFileDurably(file, Buffer.alloc(Math.ceil(bytes * CONTROL_SLACK)));
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
