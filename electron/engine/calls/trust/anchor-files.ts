import { open } from 'node:fs/promises';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import type { AnchorMaterial } from '#engine/trust/anchor.ts';
import { MAX_ANCHOR_FILE_BYTES, parseAnchors } from '#engine/trust/read-anchors.ts';

/** A small file that a person chose, whole. Throws FILE-UNREADABLE, FILE-NOT-REGULAR, FORMAT-INVALID when larger. */
export async function readSmallFile(path: string, limitBytes: number): Promise<Uint8Array> {
  try {
    const handle = await open(path, 'r');
    try {
      const facts = await handle.stat();
      if (!facts.isFile()) throw new AppError('FILE-NOT-REGULAR', `${path} is not a regular file.`, { path });
      if (facts.size > limitBytes) {
        const expected = `at most ${limitBytes} bytes`;
        throw new AppError('FORMAT-INVALID', `${path} is larger than such a file is.`, { path, expected });
      }
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asAppError(error, path);
  }
}

/** What could be an anchor in a file that a person chose. Throws KEY-UNREADABLE, naming the file. */
export async function readAnchors(path: string): Promise<AnchorMaterial[]> {
  const bytes = await readSmallFile(path, MAX_ANCHOR_FILE_BYTES);
  try {
    return await parseAnchors(bytes);
  } catch (error) {
    const { code, message, details } = asAppError(error);
    throw new AppError(code, message, { ...details, path }, error);
  }
}
