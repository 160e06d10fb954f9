import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  read,
  readSync,
} from 'node:fs';
import { AppError, asAppError, errnoOf } from '#engine/core/app-error.ts';

/** Bytes in order; what reads a file, and what a test counts with. */
export interface ByteSource {
  /** Fills `view` from `position` on, in full unless the file ends. Returns the bytes read. */
  read(view: Uint8Array, position: number): Promise<number>;
}

/**
 * A regular file that is open for reading and is watched for changes. The path may lie on foreign media: its last segment
 * is never followed as a link, and a FIFO or device neither blocks nor is read.
 */
export class SourceFile implements ByteSource {
  readonly path: string;
  readonly sizeBytes: number;
  readonly #descriptor: number;
  readonly #opened: BigIntStats;

  /** AppError FILE-NOT-REGULAR for anything but a regular file, or what the errno says. */
  constructor(path: string) {
    this.path = path;
    this.#descriptor = openForReading(path);
    try {
      this.#opened = fstatSync(this.#descriptor, { bigint: true });
      if (!this.#opened.isFile()) throw notRegular(path);
      this.sizeBytes = Number(this.#opened.size);
    } catch (error) {
      closeSync(this.#descriptor);
      throw asAppError(error, path);
    }
  }

  async read(view: Uint8Array, position: number): Promise<number> {
    let filled = 0;
    while (filled < view.length) {
      const got = await this.#readSome(view, filled, position + filled);
      if (got === 0) break;
      filled += got;
    }
    return filled;
  }

  /** The same, blocking: for a worker that has nothing else to do meanwhile. */
  readSync(view: Uint8Array, position: number): number {
    try {
      let filled = 0;
      while (filled < view.length) {
        const got = readSync(this.#descriptor, view, filled, view.length - filled, position + filled);
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
      throw errnoOf(error) === 'ENOENT' ? this.changed('nothing by that name') : asAppError(error, this.path);
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
    closeSync(this.#descriptor);
  }

  #readSome(view: Uint8Array, offset: number, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      read(this.#descriptor, view, offset, view.length - offset, position, (error, bytes) => {
        if (error) reject(asAppError(error, this.path));
        else resolve(bytes);
      });
    });
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

function notRegular(path: string): AppError {
  return new AppError('FILE-NOT-REGULAR', `${path} is not a regular file`, { path });
}

function describe(stats: BigIntStats): string {
  return `${stats.size} bytes, changed ${stats.mtimeNs} ns, inode ${stats.ino}`;
}
