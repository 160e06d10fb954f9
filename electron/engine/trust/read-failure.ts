import type { Check } from '#shared/contract/evidence.ts';
import { asAppError } from '#engine/core/app-error.ts';

/**
 * A file that cannot be read, or is not what it was listed as, is evidence like any other. What says that the whole medium
 * or machine is in trouble (MEDIA-GONE, CANCELLED, a defect) is thrown on.
 */
export function failedRead(error: unknown, path: string): Check {
  const known = asAppError(error, path);
  const code = known.code;
  if (
    code !== 'FILE-UNREADABLE' &&
    code !== 'FILE-CHANGED' &&
    code !== 'FILE-NOT-REGULAR' &&
    code !== 'FORMAT-INVALID' &&
    code !== 'PATH-UNSAFE'
  ) {
    throw error;
  }
  return { id: 'files.read', status: 'failed', code, path, detail: `It could not be read: ${known.message}` };
}
