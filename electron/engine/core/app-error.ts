import type { ErrorCode, Failure, FailureDetails } from '#shared/contract/errors.ts';

/**
 * The one error of the engine: a stable code, a sentence for a person, and both sides of what went wrong.
 * Verification does not throw it for bad input (it returns checks); it is for acts that cannot go on.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: FailureDetails;

  constructor(code: ErrorCode, message: string, details: FailureDetails = {}, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.details = details;
  }
}

/** What the operating system's errors mean here: the code, and the words for a person. */
const byErrno: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOSPC: ['DISK-FULL', 'there is no space left'],
  EDQUOT: ['DISK-FULL', 'the quota is used up'],
  EFBIG: ['FILE-TOO-LARGE', 'the file is larger than the file system can hold'],
  EROFS: ['MEDIA-READ-ONLY', 'the file system is read-only'],
  EIO: ['MEDIA-GONE', 'the device reports an input/output error'],
  ENODEV: ['MEDIA-GONE', 'the device is gone'],
  ENXIO: ['MEDIA-GONE', 'the device is gone'],
  ESTALE: ['MEDIA-GONE', 'the file system was taken away'],
  ENOTCONN: ['MEDIA-GONE', 'the file system was taken away'],
  EACCES: ['FILE-UNREADABLE', 'access is denied'],
  EPERM: ['FILE-UNREADABLE', 'that is not permitted'],
  ENOENT: ['FILE-UNREADABLE', 'it is not there'],
  ENOTDIR: ['FILE-UNREADABLE', 'it is not there'],
  ELOOP: ['FILE-NOT-REGULAR', 'it is a link'],
  EISDIR: ['FILE-NOT-REGULAR', 'it is a folder'],
  // What SQLite says when there is no space for the registry.
  SQLITE_FULL: ['DISK-FULL', 'there is no space left'],
};

/** Turns what the operating system threw into an AppError about `path`; passes AppErrors on; anything else is INTERNAL. */
export function asAppError(error: unknown, path?: string): AppError {
  if (error instanceof AppError) return error;
  const errno = systemCodeOf(error);
  const known = errno === undefined ? undefined : byErrno[errno];
  const text = error instanceof Error ? error.message : String(error);
  const details: FailureDetails = path === undefined ? {} : { path };
  if (known === undefined) return new AppError('INTERNAL', text, details, error);
  const [code, words] = known;
  return new AppError(code, path === undefined ? text : `${path}: ${words} (${errno})`, details, error);
}

/** The errno name (`ENOSPC`) of a Node system error. */
export function errnoOf(error: unknown): string | undefined {
  const code = systemCodeOf(error);
  return code !== undefined && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

function systemCodeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The error as data, for another process or a failed job's row. */
export function toFailure(error: unknown): Failure {
  const known = asAppError(error);
  return { code: known.code, message: known.message, details: known.details };
}

/** The error that a failure was made from, e.g. one that came out of a worker. */
export function fromFailure(failure: Failure): AppError {
  return new AppError(failure.code, failure.message, failure.details);
}
