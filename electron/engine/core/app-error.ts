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

const byErrno: Record<string, ErrorCode> = {
  ENOSPC: 'DISK-FULL',
  EDQUOT: 'DISK-FULL',
  EFBIG: 'FILE-TOO-LARGE',
  EROFS: 'MEDIA-READ-ONLY',
  EIO: 'MEDIA-GONE',
  ENODEV: 'MEDIA-GONE',
  ENXIO: 'MEDIA-GONE',
  ESTALE: 'MEDIA-GONE',
  ENOTCONN: 'MEDIA-GONE',
  EACCES: 'FILE-UNREADABLE',
  EPERM: 'FILE-UNREADABLE',
  ENOENT: 'FILE-UNREADABLE',
  ELOOP: 'FILE-NOT-REGULAR',
  ENOTDIR: 'FILE-UNREADABLE',
  EISDIR: 'FILE-NOT-REGULAR',
};

/** Turns what the operating system threw into an AppError about `path`; passes AppErrors on; anything else is INTERNAL. */
export function asAppError(error: unknown, path?: string): AppError {
  if (error instanceof AppError) return error;
  const errno = errnoOf(error);
  const code = errno === undefined ? undefined : byErrno[errno];
  const text = error instanceof Error ? error.message : String(error);
  const details: FailureDetails = path === undefined ? {} : { path };
  if (code === undefined) return new AppError('INTERNAL', text, details, error);
  return new AppError(code, path === undefined ? text : `${path}: ${errno ?? text}`, details, error);
}

/** The errno name (`ENOSPC`) of a Node system error. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
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
