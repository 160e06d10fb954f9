import type { FileHandle } from 'node:fs/promises';

const BLOCK_BYTES = 1024 * 1024;

/** What is left of an open file, in order; each block is overwritten once the next is asked for. */
export async function* blocksOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}
