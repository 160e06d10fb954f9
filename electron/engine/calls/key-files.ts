import { open } from 'node:fs/promises';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { MAX_KEY_FILE_BYTES, parsePublicKeys, type PublicKeyCandidate } from '#engine/trust/key-file.ts';

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

/** The public keys in a file that a person chose. Throws KEY-UNREADABLE, naming the file. */
export async function readPublicKeys(path: string): Promise<PublicKeyCandidate[]> {
  const bytes = await readSmallFile(path, MAX_KEY_FILE_BYTES);
  try {
    return parsePublicKeys(bytes);
  } catch (error) {
    const { code, message, details } = asAppError(error);
    throw new AppError(code, message, { ...details, path }, error);
  }
}
