import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { divide, type KnownBytes } from '#engine/hashing/known-bytes.ts';
import { readAgain } from '#engine/hashing/read-again.ts';
import type { DeviceQueue } from './device-queue.ts';

/** What is read of a medium, and what people call it. */
export interface ReadStretch {
  /** Absolute path of a regular file. */
  readonly file: string;
  readonly offset: number;
  /** null: to the file's end. */
  readonly length: number | null;
  /** For errors. */
  readonly name: string;
}

/** Beyond this nothing more is kept, and what is wanted again is read again. */
const LIMIT_BYTES = 64 * 1024 * 1024;
/** Of a stream only the beginning is kept: who looks whether a file is evidence looks no further. */
const HEAD_BYTES = 64 * 1024;
const BLOCK_BYTES = 1024 * 1024;

interface KeptFile {
  /** Of the file that the bytes are of: another one's are not mixed with them. */
  readonly identity: string;
  readonly pieces: KnownBytes[];
}

/**
 * Reads small stretches of media and keeps them, up to a limit in all, so that whoever looked into a file for what it is can
 * hand those bytes to whoever copies it: every byte comes from the medium once, and both saw the same.
 */
export class KeptReads {
  readonly #devices: DeviceQueue;
  readonly #files = new Map<string, KeptFile>();
  #keptBytes = 0;

  constructor(devices: DeviceQueue) {
    this.#devices = devices;
  }

  /** All of a stretch. Throws FORMAT-INVALID when it is longer than `limitBytes`, else what the system says of the file. */
  async read(stretch: ReadStretch, limitBytes = Infinity): Promise<Uint8Array> {
    return await withRegular(stretch, async (handle, sizeBytes, identity) => {
      const end = stretch.length === null ? sizeBytes : stretch.offset + stretch.length;
      if (end - stretch.offset > limitBytes) throw tooLarge(stretch, limitBytes);
      return await this.#read(stretch, handle, identity, end);
    });
  }

  /** The same in blocks, which are overwritten once the next is asked for. */
  async *stream(stretch: ReadStretch): AsyncGenerator<Uint8Array> {
    const { length, offset } = stretch;
    const head = await withRegular(stretch, (handle, sizeBytes, identity) => {
      const end = length === null ? sizeBytes : offset + length;
      return this.#read(stretch, handle, identity, Math.min(end, offset + HEAD_BYTES));
    });
    if (head.length > 0) yield head;
    if (head.length < HEAD_BYTES || head.length === length) return;
    const block = Buffer.alloc(BLOCK_BYTES);
    for (let at = offset + head.length; length === null || at < offset + length;) {
      const wanted = length === null ? BLOCK_BYTES : Math.min(BLOCK_BYTES, offset + length - at);
      const got = await withRegular(stretch, (handle) =>
        this.#fill(stretch.file, handle, block.subarray(0, wanted), at),
      );
      if (got > 0) yield block.subarray(0, got);
      if (got < wanted) return;
      at += got;
    }
  }

  /** What is kept of a stretch, in order; nothing when the file is another one by now. */
  async of(file: string, offset: number, length: number): Promise<readonly KnownBytes[]> {
    const kept = this.#files.get(file);
    if (kept === undefined) return [];
    const stretch = { file, offset, length, name: file };
    if ((await withRegular(stretch, (_handle, _size, now) => Promise.resolve(now))) !== kept.identity)
      return [];
    return [...divide(kept.pieces, offset, offset + length)].flatMap(({ start, bytes }) =>
      bytes === null ? [] : [{ offset: start, bytes }],
    );
  }

  async #read(stretch: ReadStretch, handle: FileHandle, identity: string, end: number): Promise<Uint8Array> {
    const kept = this.#keptOf(stretch.file, identity);
    const bytes = Buffer.alloc(end - stretch.offset);
    for (const part of [...divide(kept.pieces, stretch.offset, end)]) {
      const view = bytes.subarray(part.start - stretch.offset, part.end - stretch.offset);
      if (part.bytes !== null) view.set(part.bytes);
      else if ((await this.#fill(stretch.file, handle, view, part.start)) < view.length)
        throw new AppError('FILE-UNREADABLE', 'The file ends before it should.', { path: stretch.name });
      else this.#keep(kept, { offset: part.start, bytes: view });
    }
    return bytes;
  }

  #keptOf(file: string, identity: string): KeptFile {
    const known = this.#files.get(file);
    if (known?.identity === identity) return known;
    const fresh = { identity, pieces: [] };
    this.#files.set(file, fresh);
    return fresh;
  }

  #keep({ pieces }: KeptFile, piece: KnownBytes): void {
    if (this.#keptBytes + piece.bytes.length > LIMIT_BYTES) return;
    this.#keptBytes += piece.bytes.length;
    const isNext = (pieces.at(-1)?.offset ?? -1) < piece.offset;
    pieces.push(piece);
    if (!isNext) pieces.sort((a, b) => a.offset - b.offset);
  }

  /** As much of `view` as the file has, when it is this reader's turn. */
  async #fill(file: string, { fd }: FileHandle, view: Uint8Array, position: number): Promise<number> {
    return await this.#devices.run(file, undefined, async () => {
      let filled = 0;
      while (filled < view.length) {
        const opened = { path: file, descriptor: fd };
        const got = await readAgain(opened, view.subarray(filled), position + filled);
        if (got === 0) break;
        filled += got;
      }
      return filled;
    });
  }
}

/** O_NOFOLLOW and O_NONBLOCK do not exist on Windows; there whoever resolved the path has to have looked. */
async function withRegular<T>(
  { file, name }: ReadStretch,
  work: (handle: FileHandle, sizeBytes: number, identity: string) => Promise<T>,
): Promise<T> {
  let handle: FileHandle | null = null;
  try {
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    handle = await open(file, flags);
    const facts = await handle.stat({ bigint: true });
    if (!facts.isFile())
      throw new AppError('FILE-NOT-REGULAR', `${name} is not a regular file in regular folders`, {
        path: name,
      });
    const { dev, ino, size, mtimeNs } = facts;
    return await work(handle, Number(size), `${dev} ${ino} ${size} ${mtimeNs}`);
  } catch (error) {
    throw asAppError(error, name);
  } finally {
    await handle?.close();
  }
}

function tooLarge({ name }: ReadStretch, limitBytes: number): AppError {
  return new AppError('FORMAT-INVALID', `${name} is larger than such a file may be`, {
    expected: `at most ${limitBytes} bytes`,
    path: name,
  });
}
