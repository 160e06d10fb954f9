import { type AppError, asAppError } from '#engine/core/app-error.ts';

/**
 * A medium that could not be written to, or does not give back what was written. `full`: it holds less than it said, and
 * what lies on it is good; `bad`: nothing on it can be relied on.
 */
export class MediumFailed extends Error {
  override readonly name = 'MediumFailed';
  readonly kind: 'full' | 'bad';
  readonly reason: AppError;

  constructor(kind: 'full' | 'bad', reason: AppError) {
    super(reason.message);
    this.kind = kind;
    this.reason = reason;
  }
}

/** Runs work on the medium below `folder`; its errors about paths there, or about no path, are the medium's. */
export async function onMedium<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MediumFailed) throw error;
    const known = asAppError(error, folder);
    const { path } = known.details;
    const isOurs = path === undefined || path.startsWith(folder);
    if (!isOurs || known.code === 'CANCELLED' || known.code === 'INTERNAL' || known.code === 'ALREADY-EXISTS')
      throw known;
    throw new MediumFailed(known.code === 'DISK-FULL' ? 'full' : 'bad', known);
  }
}
