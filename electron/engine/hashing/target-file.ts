import { closeSync, constants, ftruncateSync, openSync, rmSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError, asAppError, errnoOf } from '#engine/core/app-error.ts';
import { disk } from '#engine/core/disk.ts';
import { placedError } from './read-again.ts';
import type { WriteTarget } from './worker-protocol.ts';

/** Where bytes go; what writes a file, and what a test listens with. */
export interface ByteTarget {
  /** Writes all of `view` at `position` (from the target's own start). Begins at once; several may be under way. */
  write(view: Uint8Array, position: number): Promise<void>;
  /** All is on the disk. */
  finish(): Promise<void>;
}

/** Unwritten bytes are pushed to the disk this often, so that the last fsync has little left to do. */
const WRITEBACK_BYTES = 64 * 1024 * 1024;
/** Shorter files gain nothing from going past the page cache. */
const DIRECT_FROM_BYTES = 32 * 1024 * 1024;
/** What positions, lengths and memory of direct writes are multiples of on every common disk. */
const DIRECT_ALIGN = 4096;
/** statfs types of file systems where direct writes into a preset length are known to be sound: ext4, XFS. */
const directFileSystems = new Set([0xef53, 0x58465342]);

/**
 * A file that is being written. Long files on ext4 and XFS are written past the page cache (O_DIRECT): that spares copying
 * every byte once more, keeps the other programs' cached files, and leaves nothing for the fsync at the end. Elsewhere
 * ordinary writes are pushed out early.
 */
export class TargetFile implements ByteTarget {
  readonly path: string;
  readonly #base: number;
  readonly #descriptor: number;
  #direct: number | null = null;
  #unsynced = 0;
  #syncing: Promise<void> | null = null;
  #failure: Error | null = null;

  /** `lengthBytes` will be written; `aligned` says that the memory they come from lies on page borders. */
  constructor(target: WriteTarget, lengthBytes: number, aligned: boolean) {
    this.path = target.path;
    this.#base = target.offset;
    const flags = constants.O_WRONLY | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
    try {
      this.#descriptor = openSync(target.path, flags | (target.exclusive ? constants.O_EXCL : 0), 0o600);
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') {
        throw new AppError('ALREADY-EXISTS', `${target.path} exists already`, { path: target.path });
      }
      throw asAppError(error, target.path);
    }
    if (aligned && lengthBytes >= DIRECT_FROM_BYTES && target.offset % DIRECT_ALIGN === 0) {
      this.#direct = openDirect(target.path);
      if (this.#direct !== null && target.exclusive) this.#presetLength(lengthBytes);
    }
  }

  async write(view: Uint8Array, position: number): Promise<void> {
    const at = this.#base + position;
    const direct = this.#direct === null ? 0 : view.length - (view.length % DIRECT_ALIGN);
    if (this.#direct !== null && direct > 0) {
      await this.#writeAll(this.#direct, view.subarray(0, direct), at);
    }
    if (direct < view.length) {
      await this.#writeAll(this.#descriptor, view.subarray(direct), at + direct);
      this.#pushOut(view.length - direct);
    }
    if (this.#failure !== null) throw this.#failure;
  }

  async finish(): Promise<void> {
    await this.#syncing;
    if (this.#failure !== null) throw this.#failure;
    await this.#sync('all');
  }

  close(): void {
    if (this.#direct !== null) closeSync(this.#direct);
    closeSync(this.#descriptor);
  }

  /** After close. */
  remove(): void {
    rmSync(this.path, { force: true });
  }

  /** A preset length spares an update of the length, under the file's lock, with every write. */
  #presetLength(lengthBytes: number): void {
    try {
      ftruncateSync(this.#descriptor, this.#base + lengthBytes);
    } catch (error) {
      this.close();
      this.remove();
      throw asAppError(error, this.path);
    }
  }

  async #writeAll(descriptor: number, view: Uint8Array, position: number): Promise<void> {
    let done = 0;
    while (done < view.length) {
      done += await this.#writeSome(descriptor, view.subarray(done), position + done);
    }
  }

  async #writeSome(descriptor: number, view: Uint8Array, position: number): Promise<number> {
    const file = { path: this.path, descriptor };
    try {
      return await disk().write(file, view, position);
    } catch (error) {
      // A device that wants larger borders than DIRECT_ALIGN, or the odd rest of a short write.
      if (errnoOf(error) === 'EINVAL' && descriptor !== this.#descriptor)
        return await this.#writeSome(this.#descriptor, view, position);
      throw placedError(error, file, position, view.length);
    }
  }

  #pushOut(bytes: number): void {
    this.#unsynced += bytes;
    if (this.#unsynced < WRITEBACK_BYTES || this.#syncing !== null) return;
    this.#unsynced = 0;
    this.#syncing = this.#sync('data')
      .catch((error: unknown) => {
        // The system reports a failed write-out once only, so it must not be lost before the last fsync.
        this.#failure = asAppError(error, this.path);
      })
      .finally(() => {
        this.#syncing = null;
      });
  }

  async #sync(what: 'data' | 'all'): Promise<void> {
    try {
      await disk().sync({ path: this.path, descriptor: this.#descriptor }, what);
    } catch (error) {
      throw asAppError(error, this.path);
    }
  }
}

function openDirect(path: string): number | null {
  // Only Linux has the flag in Node.
  if (typeof constants.O_DIRECT !== 'number' || process.platform !== 'linux') return null;
  try {
    if (!directFileSystems.has(statfsSync(dirname(path)).type)) return null;
    return openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_DIRECT);
  } catch {
    return null;
  }
}
