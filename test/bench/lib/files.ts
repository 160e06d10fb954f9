import { randomFillSync } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';

export const MIB = 1024 * 1024;
const PIECE_BYTES = 16 * MIB;

const HEADER_BYTES = 120;

/** The head of a safetensors file of this size with one tensor of bytes: what is measured may come in. */
function headOf(sizeBytes: number): Buffer {
  const dataBytes = sizeBytes - 8 - HEADER_BYTES;
  const tensor = { dtype: 'U8', shape: [dataBytes], data_offsets: [0, dataBytes] };
  const head = Buffer.alloc(8 + HEADER_BYTES, ' ');
  head.writeBigUInt64LE(BigInt(HEADER_BYTES));
  head.write(JSON.stringify({ weights: tensor }), 8);
  return head;
}

/**
 * A safetensors file of bytes that do not compress and of which no piece repeats; on the disk when this returns. `sizeBytes` is
 * over 128.
 */
export function makeFile(path: string, sizeBytes: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const piece = randomFillSync(Buffer.alloc(PIECE_BYTES));
  const descriptor = openSync(path, 'wx');
  for (let at = 0; at < sizeBytes; at += PIECE_BYTES) {
    for (let page = 0; page < PIECE_BYTES; page += 4096) piece.writeDoubleLE(Math.random(), page);
    if (at === 0) headOf(sizeBytes).copy(piece);
    writeSync(descriptor, piece, 0, Math.min(PIECE_BYTES, sizeBytes - at));
  }
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** Reads files to their end, so that all who are measured find them in the page cache, as far as memory allows. */
export async function warm(paths: readonly string[]): Promise<void> {
  for (const path of paths) await finished(createReadStream(path, { highWaterMark: MIB }).resume());
}
