import { createHash } from 'node:crypto';
import { access, chmod, mkdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { Digest } from '#shared/contract/basics.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { type Clock, timestamp } from '#engine/core/clock.ts';
import type { Progress } from '#engine/core/progress.ts';
import type { Signer } from '#engine/core/signer.ts';
import type { HashPool } from '#engine/hashing/hash-pool.ts';
import { fsyncFolder, writeFileDurably } from '#engine/store/durable.ts';
import { completeSet, type SetDraft, type WrittenPart } from './make-set.ts';
import { CONTROL_FILE, nameOnVolume, setFolderName, VOLUME_FILE, writingFolderName } from './names.ts';
import type { SetPlan } from './plan.ts';
import { type BlobSource, PayloadWriter } from './payload-writer.ts';
import { parseVolumeFile } from './volume-file.ts';

interface WriteOptions {
  readonly draft: SetDraft;
  readonly plan: SetPlan;
  /** Folder of each volume, absolute, in order; made when missing. */
  readonly targets: readonly string[];
  readonly source: BlobSource;
  readonly signer: Signer;
  readonly pool: HashPool;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** A volume of a set that was written and read back. */
export interface WrittenVolume {
  readonly number: number;
  /** The set's folder, absolute. */
  readonly folder: string;
  readonly sizeBytes: number;
}

export interface WrittenSet {
  readonly volumes: readonly WrittenVolume[];
  readonly controlDigest: Digest;
}

/**
 * Writes a set, reads all of it back, and only then gives its folders the name by which sets are found. Until that last
 * rename each folder has a hidden name, so nothing half-written ever looks like a set; on any failure, cancelling
 * included, what was written is removed. Files are on the disk (fsync, folders too) before they are read back, but the
 * system may answer from its page cache.
 */
export async function writeSet(options: WriteOptions): Promise<WrittenSet> {
  const { draft, targets } = options;
  const writing = targets.map((target) => path.join(target, writingFolderName(draft.setId)));
  const final = targets.map((target) => path.join(target, setFolderName(draft.setId)));
  const made: string[] = [];
  try {
    for (const folder of final) await refuseExisting(folder);
    for (const folder of writing) made.push(...(await makeFolders(folder)));
    const expected = await writeAll(options, writing);
    await readBack(options, writing, expected);
    for (const [n, folder] of final.entries()) {
      await rename(writing[n] ?? '', folder);
      await fsyncFolder(path.dirname(folder));
    }
    const volumes = final.map((folder, n) => ({ number: n + 1, folder, sizeBytes: sumOf(expected[n]) }));
    const control = expected[0]?.get(CONTROL_FILE)?.sha256 ?? '';
    return { volumes, controlDigest: `sha256:${control}` };
  } catch (error) {
    for (const folder of [...writing, ...final.filter(() => made.length > 0)]) {
      await rm(folder, { recursive: true, force: true }).catch(() => {});
    }
    for (const folder of made.reverse()) await rmdir(folder).catch(() => {});
    throw asAppError(error);
  }
}

/** Removes what a killed run of this very set left, whole or half; other sets are not touched. */
export async function removeLeftovers(setId: string, targets: readonly string[]): Promise<void> {
  for (const target of targets) {
    await rm(path.join(target, writingFolderName(setId)), { recursive: true, force: true });
    const final = path.join(target, setFolderName(setId));
    const label = await readFile(path.join(final, VOLUME_FILE)).catch(() => null);
    if (label !== null && parseVolumeFile(label)?.setId === setId)
      await rm(final, { recursive: true, force: true });
  }
}

interface ExpectedFile {
  readonly sizeBytes: number;
  readonly sha256: string;
}
type ExpectedFiles = ReadonlyMap<string, ExpectedFile>;

async function writeAll(options: WriteOptions, writing: readonly string[]): Promise<ExpectedFiles[]> {
  const { draft, plan, signer, clock, progress, signal } = options;
  progress.phase(
    'writing',
    1,
    2,
    plan.parts.reduce((sum, part) => sum + part.sizeBytes, 0),
  );
  const writer = new PayloadWriter(options.source, options.pool);
  const written: WrittenPart[] = [];
  const writtenAt: string[] = [];
  for (const [n, folder] of writing.entries()) {
    for (const part of plan.parts.filter((each) => each.volume === n + 1)) {
      signal.throwIfAborted();
      progress.current(nameOnVolume(part.volume, part.path));
      written.push(await writer.write(part, folder, { signal, onBytes: (bytes) => progress.advance(bytes) }));
      await makeReadable(path.join(folder, part.path));
    }
    writtenAt.push(timestamp(clock));
  }
  const controls = completeSet(draft, plan, written, writtenAt, signer);
  const expected: ExpectedFiles[] = [];
  for (const [n, folder] of writing.entries()) {
    for (const [name, bytes] of controls[n] ?? []) {
      await writeFileDurably(path.join(folder, name), bytes);
      await makeReadable(path.join(folder, name));
    }
    for (const inner of ['blobs/sha256', 'blobs', 'parts', '.']) await syncIfThere(path.join(folder, inner));
    expected.push(expectedFiles(plan, written, controls[n] ?? new Map(), n + 1));
  }
  return expected;
}

function expectedFiles(
  plan: SetPlan,
  written: readonly WrittenPart[],
  controls: ReadonlyMap<string, Uint8Array>,
  volume: number,
): ExpectedFiles {
  const files = new Map<string, ExpectedFile>();
  for (const [n, part] of plan.parts.entries()) {
    if (part.volume !== volume) continue;
    files.set(part.path, { sizeBytes: part.sizeBytes, sha256: written[n]?.sha256 ?? '' });
  }
  for (const [name, bytes] of controls) {
    files.set(name, { sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  return files;
}

async function readBack(
  { pool, signal, progress }: WriteOptions,
  folders: readonly string[],
  expected: readonly ExpectedFiles[],
): Promise<void> {
  progress.phase(
    'reading back',
    2,
    2,
    expected.reduce((sum, files) => sum + sumOf(files), 0),
  );
  for (const [n, files] of expected.entries()) {
    for (const [name, { sha256 }] of files) {
      signal.throwIfAborted();
      const file = path.join(folders[n] ?? '', name);
      progress.current(nameOnVolume(n + 1, name));
      const onBytes = (bytes: number) => progress.advance(bytes);
      const found = (
        await pool.hashFile({ path: file, algorithms: ['sha256'], signal, onBytes })
      ).digests.get('sha256');
      if (found === sha256) continue;
      throw new AppError(
        'DIGEST-MISMATCH',
        `volume ${n + 1}, ${name}: the medium does not give back what was written.`,
        {
          expected: `sha256:${sha256}`,
          found: `sha256:${found ?? ''}`,
          path: nameOnVolume(n + 1, name),
          state: 'What was written was removed.',
          next: 'Use another medium: this one loses or changes data.',
        },
      );
    }
  }
}

async function refuseExisting(folder: string): Promise<void> {
  const isThere = await access(folder).then(
    () => true,
    () => false,
  );
  if (isThere)
    throw new AppError('ALREADY-EXISTS', `${path.basename(folder)} is there already.`, { path: folder });
}

/** Makes a volume's folders; answers the ones above the set's own that did not exist before, outermost first. */
async function makeFolders(folder: string): Promise<string[]> {
  const made: string[] = [];
  try {
    const first = await mkdir(path.dirname(folder), { recursive: true });
    for (
      let at = path.dirname(folder);
      first !== undefined && at.length >= first.length;
      at = path.dirname(at)
    ) {
      made.unshift(at);
    }
    await mkdir(folder);
    await mkdir(path.join(folder, 'blobs', 'sha256'), { recursive: true });
    return made;
  } catch (error) {
    for (const each of made.reverse()) await rmdir(each).catch(() => {});
    throw asAppError(error, folder);
  }
}

/** Whoever plugs the medium in elsewhere may read it. FAT and some network file systems know no modes and say so. */
async function makeReadable(file: string): Promise<void> {
  await chmod(file, 0o644).catch(() => {});
}

async function syncIfThere(folder: string): Promise<void> {
  await access(folder).then(
    () => fsyncFolder(folder),
    () => {},
  );
}

function sumOf(files: ExpectedFiles | undefined): number {
  return [...(files?.values() ?? [])].reduce((sum, file) => sum + file.sizeBytes, 0);
}
