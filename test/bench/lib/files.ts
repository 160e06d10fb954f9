import { randomFillSync } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';

export const MIB = 1024 * 1024;
const PIECE_BYTES = 16 * MIB;

/** A file of bytes that do not compress and of which no piece repeats; on the disk when this returns. */
export function makeFile(path: string, sizeBytes: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const piece = randomFillSync(Buffer.alloc(PIECE_BYTES));
  const descriptor = openSync(path, 'wx');
  for (let at = 0; at < sizeBytes; at += PIECE_BYTES) {
    for (let page = 0; page < PIECE_BYTES; page += 4096) piece.writeDoubleLE(Math.random(), page);
    writeSync(descriptor, piece, 0, Math.min(PIECE_BYTES, sizeBytes - at));
  }
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** Reads files to their end, so that all who are measured find them in the page cache, as far as memory allows. */
export async function warm(paths: readonly string[]): Promise<void> {
  for (const path of paths) await finished(createReadStream(path, { highWaterMark: MIB }).resume());
}
