import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import type { DigestNeed } from '#engine/core/digest-need.ts';
import type { DigestOptions, FolderListing, FolderPort } from '#engine/core/folder-port.ts';
import { findPathProblem } from '#engine/core/release-path.ts';
import type { HashPool } from '#engine/hashing/hash-pool.ts';
import { digestsOf } from '#engine/trust/digests-of.ts';
import type { DeviceQueue } from './device-queue.ts';
import { KeptReads } from './kept-reads.ts';
import { readersOf } from './readers.ts';
import type { Extent, SourceTree, TreeListing } from './sources/source-tree.ts';
import { listFiles, walkFolder, walkTree } from './walk.ts';

/** Everything that reading media needs of the engine. */
export interface MediaTools {
  readonly pool: HashPool;
  readonly devices: DeviceQueue;
  /** What was read of these media already; nothing by default. */
  readonly kept?: KeptReads;
}

/** Files up to this size are hashed where they are read. */
const SMALL_BYTES = 128 * 1024;

/**
 * One folder on a medium, read in place and never written to. Links are not followed, neither at the end of a path nor on
 * the way, and only regular files are opened, without waiting for a FIFO's other end.
 */
export class MediaFolder implements FolderPort, SourceTree {
  readonly label: string;
  readonly noun: SourceTree['noun'];
  /** Absolute. */
  readonly root: string;
  readonly #tools: MediaTools;
  readonly #kept: KeptReads;
  readonly #only: readonly string[] | null;

  /** With `only`, names of files directly in `root`, the folder shows those and nothing else. */
  constructor(
    root: string,
    tools: MediaTools,
    label = path.basename(root) || root,
    only: readonly string[] | null = null,
  ) {
    this.root = path.resolve(root);
    this.label = label;
    this.noun = only === null ? 'folder' : 'file';
    this.#tools = tools;
    this.#kept = tools.kept ?? new KeptReads(tools.devices);
    this.#only = only;
  }

  list(): Promise<FolderListing> {
    return this.#only === null ? walkFolder(this.root) : listFiles(this.root, this.#only);
  }

  /** The same with links as entries of their own, for layouts in which they have a meaning. */
  async tree(): Promise<TreeListing> {
    return this.#only === null ? await walkTree(this.root) : { ...(await this.list()), links: [] };
  }

  readers(): Promise<number> {
    return readersOf(this.root);
  }

  async extentOf(relative: string): Promise<Extent> {
    return { file: await this.resolve(relative), offset: 0 };
  }

  /**
   * The absolute path of a file, for copying by the hash pool. Every folder on the way is looked at, so that none of them
   * is a link; throws PATH-UNSAFE, FILE-NOT-REGULAR or FILE-UNREADABLE.
   */
  async resolve(relative: string): Promise<string> {
    if (this.#only !== null && !this.#only.includes(relative)) {
      throw new AppError('FILE-UNREADABLE', `${relative} is not part of what was chosen`, { path: relative });
    }
    const unsafe = findPathProblem(relative);
    if (unsafe !== null) throw new AppError('PATH-UNSAFE', `${relative} ${unsafe}`, { path: relative });
    const segments = relative.split('/');
    for (let depth = 1; depth <= segments.length; depth++) {
      const part = segments.slice(0, depth).join('/');
      await this.#expectKind(part, depth < segments.length ? 'folder' : 'file');
    }
    return path.join(this.root, relative);
  }

  async read(relative: string, limitBytes: number): Promise<Uint8Array> {
    return await this.#kept.read(await this.#whole(relative), limitBytes);
  }

  async *stream(relative: string): AsyncGenerator<Uint8Array> {
    yield* this.#kept.stream(await this.#whole(relative));
  }

  async digests(
    relative: string,
    needs: readonly DigestNeed[],
    options: DigestOptions = {},
  ): Promise<Map<string, string>> {
    const absolute = await this.resolve(relative);
    const { size } = await lstat(absolute).catch((error: unknown) => {
      throw asAppError(error, relative);
    });
    if (size <= SMALL_BYTES) {
      // A thread would take longer to start than these bytes to hash.
      const bytes = await this.read(relative, SMALL_BYTES);
      options.onBytes?.(bytes.length);
      return await digestsOf(bytes, needs);
    }
    const known = await this.#kept.of(absolute, 0, size);
    const task = { path: absolute, algorithms: [], needs, wantsChunks: false, known, ...options };
    const { pool, devices } = this.#tools;
    const found = await devices.run(absolute, options.signal, () => pool.hashFile(task), this);
    return found.digests;
  }

  async #whole(relative: string) {
    return { file: await this.resolve(relative), offset: 0, length: null, name: relative };
  }

  async #expectKind(relative: string, kind: 'folder' | 'file'): Promise<void> {
    try {
      const facts = await lstat(path.join(this.root, relative));
      if (kind === 'file' ? facts.isFile() : facts.isDirectory()) return;
    } catch (error) {
      throw asAppError(error, relative);
    }
    throw notRegular(relative);
  }
}

function notRegular(relative: string): AppError {
  return new AppError('FILE-NOT-REGULAR', `${relative} is not a regular file in regular folders`, {
    path: relative,
  });
}
