import { AppError, asAppError, errnoOf } from '#engine/core/app-error.ts';
import { disk, type OpenFile } from '#engine/core/disk.ts';
import { formatRange } from './byte-range.ts';

/** What is tried a second time, and named when it fails again. */
const AGAIN_BYTES = 64 * 1024;

/**
 * Reads from a file as the disk does. Where a device reports an error, the beginning of the stretch alone is tried once
 * more: some drives give at the second try what they did not at the first, and what lies before a bad place is had so. Throws
 * an AppError that names the bytes (MEDIA-GONE, …).
 */
export async function readAgain(file: OpenFile, view: Uint8Array, position: number): Promise<number> {
  try {
    return await disk().read(file, view, position);
  } catch (error) {
    if (errnoOf(error) !== 'EIO') throw asAppError(error, file.path);
  }
  const part = view.subarray(0, AGAIN_BYTES);
  try {
    return await disk().read(file, part, position);
  } catch (error) {
    throw placedError(error, file, position, part.length);
  }
}

/** What the system said of some bytes of a file; their range is told where the device is to blame. */
export function placedError(error: unknown, { path }: OpenFile, position: number, length: number): AppError {
  if (errnoOf(error) !== 'EIO') return asAppError(error, path);
  const range = formatRange({ start: position, end: position + length - 1 });
  const { code, message } = asAppError(error, `${path}, ${range}`);
  return new AppError(code, message, { path }, error);
}
