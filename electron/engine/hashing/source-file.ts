import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError, asAppError, errnoOf } from '#engine/core/app-error.ts';
import { disk } from '#engine/core/disk.ts';
import { readAgain } from './read-again.ts';

/** Bytes in order; what reads a file, and what a test counts with. */
export interface ByteSource {
  /** Fills `view` from `position` on, in full unless the file ends. Returns the bytes read. */
  read(view: Uint8Array, position: number): Promise<number>;
}

/** What positions, lengths and memory of direct reads are multiples of on every common disk. */
const DIRECT_ALIGN = 4096;

/**
 * A regular file that is open for reading and is watched for changes. The path may lie on foreign media: its last segment
 * is never followed as a link, and a FIFO or device neither blocks nor is read.
 */
export class SourceFile implements ByteSource {
  readonly path: string;
  readonly sizeBytes: number;
  readonly #descriptor: number;
  readonly #opened: BigIntStats;
  /** The same file opened with O_DIRECT; null when the page cache is used. */
  #direct: number | null = null;

  /**
   * With `direct` bytes come past the page cache (open(2), O_DIRECT), which takes memory that begins on a page border and has
   * room for whole pages; where the system refuses, they come through it and `isDirect` says so. AppError FILE-NOT-REGULAR for anything but a regular file, or what the errno says. */
  constructor(path: string, options: { direct?: boolean } = {}) {
    this.path = path;
    this.#descriptor = openForReading(path);
    try {
      this.#opened = fstatSync(this.#descriptor, { bigint: true });
      if (!this.#opened.isFile()) throw notRegular(path);
      this.sizeBytes = Number(this.#opened.size);
      if (options.direct === true) this.#direct = openDirect(path, this.#opened);
    } catch (error) {
      closeSync(this.#descriptor);
      throw asAppError(error, path);
    }
  }

  /** Everything that was read so far came past the page cache. */
  get isDirect(): boolean {
    return this.#direct !== null;
  }

  async read(view: Uint8Array, position: number): Promise<number> {
    let filled = this.#direct === null ? 0 : await this.#readDirect(this.#direct, view, position);
    while (filled < view.length) {
      const got = await this.#readSome(this.#descriptor, view.subarray(filled), position + filled);
      if (got === 0) break;
      this.#leaveDirect();
      filled += got;
    }
    return filled;
  }

  /** As far as whole pages go; a file's last page may be short. */
  async #readDirect(descriptor: number, view: Uint8Array, position: number): Promise<number> {
    let filled = 0;
    while (filled < view.length && position + filled < this.sizeBytes) {
      if ((position + filled) % DIRECT_ALIGN !== 0) return filled;
      const pages = Math.ceil((view.length - filled) / DIRECT_ALIGN) * DIRECT_ALIGN;
      const room = new Uint8Array(view.buffer, view.byteOffset + filled, pages);
      const got = await this.#readSome(descriptor, room, position + filled).catch((error: unknown) => {
        if (errnoOf(error instanceof AppError ? error.cause : error) === 'EINVAL') return null;
        throw error;
      });
      if (got === null) this.#leaveDirect();
      if (got === null || got === 0) return filled;
      filled += got;
    }
    return Math.min(filled, view.length);
  }

  #leaveDirect(): void {
    if (this.#direct === null) return;
    closeSync(this.#direct);
    this.#direct = null;
  }

  /** The same, blocking: for a worker that has nothing else to do meanwhile. */
  readSync(view: Uint8Array, position: number): number {
    try {
      let filled = 0;
      while (filled < view.length) {
        const file = { path: this.path, descriptor: this.#descriptor };
        const got = disk().readSync(file, view.subarray(filled), position + filled);
        if (got === 0) break;
        filled += got;
      }
      return filled;
    } catch (error) {
      throw asAppError(error, this.path);
    }
  }

  /** AppError FILE-CHANGED when size, time or identity are no longer those of the file that was opened. */
  confirmUnchanged(): void {
    try {
      const now = fstatSync(this.#descriptor, { bigint: true });
      const atPath = lstatSync(this.path, { bigint: true });
      for (const stats of [now, atPath]) {
        if (describe(stats) !== describe(this.#opened)) throw this.changed(describe(stats));
      }
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw asAppError(error, this.path);
      throw this.#isMediumGone() ? mediumGone(this.path) : this.changed('nothing by that name');
    }
  }

  /** An open file outlives the mount it was opened through; its folder does not, or is one of another file system then. */
  #isMediumGone(): boolean {
    try {
      return lstatSync(dirname(this.path), { bigint: true }).dev !== this.#opened.dev;
    } catch {
      return true;
    }
  }

  changed(found: string): AppError {
    return new AppError('FILE-CHANGED', `${this.path} changed while it was read`, {
      path: this.path,
      expected: describe(this.#opened),
      found,
      state: 'Nothing of this file was taken in.',
      next: 'Make sure that nothing else writes to it, then start again.',
    });
  }

  close(): void {
    this.#leaveDirect();
    closeSync(this.#descriptor);
  }

  #readSome(descriptor: number, view: Uint8Array, position: number): Promise<number> {
    return readAgain({ path: this.path, descriptor }, view, position);
  }
}

function openForReading(path: string): number {
  // Windows has neither flag.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  try {
    return openSync(path, flags);
  } catch (error) {
    // ELOOP: a link. ENXIO: a socket, or a device without a driver.
    const errno = errnoOf(error);
    if (errno === 'ELOOP' || errno === 'ENXIO') throw notRegular(path);
    throw asAppError(error, path);
  }
}

/** The very file that is open already, or nothing. */
function openDirect(path: string, opened: BigIntStats): number | null {
  // Only Linux has the flag in Node.
  if (typeof constants.O_DIRECT !== 'number' || process.platform !== 'linux') return null;
  try {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_DIRECT;
    const descriptor = openSync(path, flags);
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    if (dev === opened.dev && ino === opened.ino) return descriptor;
    closeSync(descriptor);
    return null;
  } catch {
    return null;
  }
}

function mediumGone(path: string): AppError {
  return new AppError('MEDIA-GONE', `${path}: the medium was taken away while it was read`, { path });
}

function notRegular(path: string): AppError {
  return new AppError('FILE-NOT-REGULAR', `${path} is not a regular file`, { path });
}

function describe(stats: BigIntStats): string {
  return `${stats.size} bytes, changed ${stats.mtimeNs} ns, inode ${stats.ino}`;
}
