import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Digest } from '#shared/contract/basics.ts';
import { asAppError } from '#engine/core/app-error.ts';
import { digestFromHex, hexOf } from '#engine/core/digest.ts';
import { reach } from '#engine/core/fault-points.ts';
import { CHUNK_BYTES, type HashedFile } from '#engine/hashing/hash-pool.ts';
import type { ImportSource } from '#engine/media/sources/import-source.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import { refuseWithoutRoom } from '#engine/media/target-room.ts';
import { ChunkJournal } from '#engine/store/chunk-journal.ts';
import { fsyncFolder } from '#engine/store/durable.ts';
import { roleOfPath } from '#engine/store/file-role.ts';
import { mediaTypeOf } from '#engine/store/manifest.ts';
import type { EngineContext } from '../../context.ts';
import type { ImportCheckpoint } from './import-checkpoint.ts';
import { holds, type ImportPlan, type PlannedFile } from './import-plan.ts';
import { keepObservedTensors } from './observed-tensors.ts';

/** In the quarantine of an import, while a file is on its way. */
const INCOMING = 'incoming';
const JOURNAL = 'incoming.journal';
/** stat(2) counts in these, whatever the file system's own blocks are. */
const STAT_BLOCK_BYTES = 512;

/** Bytes that came from the medium, and bytes that did not have to. */
export interface CopyTally {
  bytesCopied: number;
  bytesHeld: number;
}

interface Copying {
  readonly context: EngineContext;
  readonly job: JobContext;
  readonly source: ImportSource;
  readonly checkpoint: ImportCheckpoint;
  readonly plan: ImportPlan;
}

/** One import on its way into quarantine. */
export class ImportCopy {
  readonly #context: EngineContext;
  readonly #job: JobContext;
  readonly #source: ImportSource;
  readonly #checkpoint: ImportCheckpoint;
  readonly #plan: ImportPlan;
  readonly #tally: CopyTally = { bytesCopied: 0, bytesHeld: 0 };

  constructor({ context, job, source, checkpoint, plan }: Copying) {
    this.#context = context;
    this.#job = job;
    this.#source = source;
    this.#checkpoint = checkpoint;
    this.#plan = plan;
  }

  /**
   * Space for every byte that will be copied, before the first one is. What lies of an unfinished copy already is used or
   * removed, so it counts as free. Throws DISK-FULL.
   */
  async refuseWithoutRoom(): Promise<void> {
    const { quarantine, home } = this.#context;
    const unfinished = quarantine.pathOf(this.#checkpoint.importId, INCOMING);
    const blocks = await stat(unfinished).then(
      (facts) => facts.blocks,
      () => 0,
    );
    const inLayers = this.#plan.layers.flatMap(({ files }) => files);
    const fileSizes = [...this.#plan.copied, ...inLayers].map((file) => file.sizeBytes);
    await refuseWithoutRoom([
      { folder: home.quarantine, fileSizes, folders: 1, presentBytes: blocks * STAT_BLOCK_BYTES },
    ]);
  }

  /**
   * Brings every file that is not here yet, one after the other, each read once from front to back. After each the import
   * knows it; a crash loses at most the chunk under way, or the tar layer.
   */
  async run(): Promise<CopyTally> {
    const { done, taken, compared, copied, layers } = this.#plan;
    const { progress, signal } = this.#job;
    await this.#context.quarantine.create(this.#checkpoint.importId);
    const all = [done, taken, compared, copied, ...layers.map(({ files }) => files)].flat();
    progress.phase('copying and hashing', 2, 4, sizeOf(all));
    this.#hold(sizeOf(done));
    const lost = await this.#takeAll(taken);
    for (const file of [compared, copied, lost].flat()) {
      signal.throwIfAborted();
      progress.current(file.path);
      if (!compared.includes(file) || !(await this.#compare(file))) await this.#copy(file);
    }
    for (const { layer, files } of layers) {
      signal.throwIfAborted();
      progress.current(layer.name);
      await this.#split(layer, files);
    }
    return this.#tally;
  }

  /** Returns those that are not held after all. */
  async #takeAll(files: readonly PlannedFile[]): Promise<PlannedFile[]> {
    const lost: PlannedFile[] = [];
    for (const file of files) {
      if (await this.#take(file)) this.#checkpoint.taken.push(file.path);
      else lost.push(file);
    }
    if (files.length > 0) this.#job.saveCheckpoint(this.#checkpoint);
    return lost;
  }

  /** The held blob is the file. The row comes first: from then on garbage collection leaves the blob alone. */
  async #take(file: PlannedFile): Promise<boolean> {
    const digest = digestFromHex(file.stated ?? '');
    const chunks = this.#context.registry.blobs.get(digest)?.chunks ?? [];
    this.#add(file, digest, { chunks, digests: new Map([['sha256', hexOf(digest)]]) });
    if (!(await holds(this.#context, digest, file.sizeBytes))) return false;
    this.#hold(file.sizeBytes);
    return true;
  }

  /** Reads the medium's copy of a blob that is held; false when it is another one after all. */
  async #compare(file: PlannedFile): Promise<boolean> {
    const { extent, sizeBytes } = file;
    const known = await this.#source.knownBytes(extent, sizeBytes);
    const found = await this.#read(file, () =>
      this.#context.pool.hashFile({
        path: extent.file,
        sourceOffset: extent.offset,
        length: sizeBytes,
        known,
        algorithms: [],
        needs: file.needs,
        ...this.#work,
      }),
    );
    const digest = digestFromHex(found.digests.get('sha256') ?? '');
    this.#add(file, digest, found);
    const isHeld = await holds(this.#context, digest, sizeBytes);
    if (isHeld) this.#tally.bytesHeld += sizeBytes;
    else this.#job.progress.advance(-sizeBytes);
    return isHeld;
  }

  async #copy(file: PlannedFile): Promise<void> {
    const { quarantine, pool } = this.#context;
    const { importId } = this.#checkpoint;
    const incoming = quarantine.pathOf(importId, INCOMING);
    const journal = new ChunkJournal(quarantine.pathOf(importId, JOURNAL));
    const identity = await identityOf(file);
    const kept: readonly string[] = await this.#keptChunks(incoming, journal.chunks(identity));
    const keptBytes = kept.length * CHUNK_BYTES;
    if (keptBytes === 0) await rm(incoming, { force: true });
    journal.begin(identity, kept);
    const known = await this.#source.knownBytes(file.extent, file.sizeBytes);
    let chunks = 0;
    const found = await this.#read(file, () =>
      pool.copyResumably({
        source: file.extent.file,
        sourceOffset: file.extent.offset,
        length: file.sizeBytes,
        target: incoming,
        keptBytes,
        known,
        algorithms: [],
        needs: file.needs,
        observe: true,
        ...this.#work,
        onChunk: (hex) => {
          if (++chunks > kept.length) journal.add(hex);
        },
      }),
    ).catch(async (error: unknown) => {
      // What was copied is of a file that is no more.
      if (asAppError(error).code === 'FILE-CHANGED') await rm(incoming, { force: true });
      throw error;
    });
    reach('import.copied');
    await this.#settle(file, incoming, found);
    journal.remove();
    this.#tally.bytesCopied += file.sizeBytes - keptBytes;
    this.#tally.bytesHeld += keptBytes;
  }

  /** Several files out of one read, with the digest of the whole layer. */
  async #split(
    { name, extent, sizeBytes }: ImportPlan['layers'][number]['layer'],
    files: readonly PlannedFile[],
  ) {
    const { quarantine, pool, devices } = this.#context;
    const { importId } = this.#checkpoint;
    const targets = files.map((_, n) => quarantine.pathOf(importId, `${INCOMING}-${n}`));
    for (const target of targets) await rm(target, { force: true });
    const parts = files.map((file, n) => {
      const offset = file.extent.offset - extent.offset;
      return { offset, length: file.sizeBytes, target: targets[n] ?? '', needs: file.needs, observe: true };
    });
    const known = await this.#source.knownBytes(extent, sizeBytes);
    const found = await devices.run(extent.file, this.#job.signal, () =>
      pool.splitFile({
        source: extent.file,
        sourceOffset: extent.offset,
        length: sizeBytes,
        known,
        parts,
        ...this.#work,
      }),
    );
    for (const [n, file] of files.entries()) {
      const part = found.parts[n];
      const target = targets[n];
      if (part !== undefined && target !== undefined) await this.#settle(file, target, part);
    }
    this.#checkpoint.layers[name] = found.sha256;
    this.#job.saveCheckpoint(this.#checkpoint);
    this.#tally.bytesCopied += sizeOf(files);
  }

  /** A file that is whole gets its name and its row; one that turns out to be held already costs no space. */
  async #settle(file: PlannedFile, incoming: string, found: HashedFile): Promise<void> {
    const { quarantine } = this.#context;
    const digest = digestFromHex(found.digests.get('sha256') ?? '');
    const place = quarantine.pathOf(this.#checkpoint.importId, hexOf(digest));
    await rename(incoming, place).catch((error: unknown) => {
      throw asAppError(error, incoming);
    });
    await fsyncFolder(path.dirname(place));
    reach('import.renamed');
    keepObservedTensors(this.#context, digest, found.observed);
    this.#add(file, digest, found);
    if (await holds(this.#context, digest, file.sizeBytes)) await rm(place, { force: true });
    reach('import.listed');
  }

  /** Whole chunks of an unfinished copy that are what the journal says. Read locally, in parallel. */
  async #keptChunks(incoming: string, chunks: readonly string[]): Promise<readonly string[]> {
    const there = await stat(incoming).catch(() => null);
    const count = Math.min(chunks.length, Math.floor((there?.size ?? 0) / CHUNK_BYTES));
    if (count === 0) return [];
    const bad = await this.#context.pool.verifyChunks({
      path: incoming,
      sizeBytes: count * CHUNK_BYTES,
      chunks: chunks.slice(0, count),
      signal: this.#job.signal,
    });
    return chunks.slice(0, Math.min(count, Math.floor((bad[0]?.start ?? Infinity) / CHUNK_BYTES)));
  }

  #read<T>(file: PlannedFile, work: () => Promise<T>): Promise<T> {
    return this.#context.devices.run(file.extent.file, this.#job.signal, work);
  }

  #add(file: PlannedFile, digest: Digest, found: Pick<HashedFile, 'chunks' | 'digests'>): void {
    addFile(this.#context, this.#checkpoint.importId, file.path, digest, {
      sizeBytes: file.sizeBytes,
      ...found,
    });
  }

  #hold(bytes: number): void {
    this.#tally.bytesHeld += bytes;
    this.#job.progress.advance(bytes);
  }

  get #work() {
    const { signal, progress } = this.#job;
    return { signal, onBytes: (bytes: number) => progress.advance(bytes) };
  }
}

/** Puts a file that is whole in quarantine, or held by the store, on the import's list. */
export function addFile(
  context: EngineContext,
  importId: string,
  filePath: string,
  digest: Digest,
  file: { sizeBytes: number; chunks: readonly string[]; digests: ReadonlyMap<string, string> },
): void {
  const role = roleOfPath(filePath);
  const { sizeBytes, chunks, digests } = file;
  const row = { path: filePath, role, mediaType: mediaTypeOf(role), digest, sizeBytes, chunks };
  context.registry.imports.addFile(importId, row, digests);
}

/** What an unfinished copy is a copy of: the same stretch of a file that nobody wrote to since. */
async function identityOf({ path, sizeBytes, extent }: PlannedFile): Promise<string> {
  const facts = await stat(extent.file, { bigint: true }).catch((error: unknown) => {
    throw asAppError(error, extent.file);
  });
  return `${path} ${extent.offset} ${sizeBytes} ${facts.size} ${facts.mtimeNs}`;
}

function sizeOf(files: readonly PlannedFile[]): number {
  return files.reduce((sum, file) => sum + file.sizeBytes, 0);
}
