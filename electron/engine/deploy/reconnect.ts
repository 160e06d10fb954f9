import { AppError } from '#engine/core/app-error.ts';

/** Waits before each new attempt: a cable that was moved is back in seconds, a longer outage is for a person. */
const RECONNECT_DELAYS_MS = [1000, 3000, 8000];

/**
 * Runs `attempt` again after the connection was lost, at most three times, with growing pauses. Only what can go on where it
 * stopped may be given here. Passes on every other error, and the last loss. `delaysMs` is for tests.
 */
export async function reconnecting<T>(
  signal: AbortSignal,
  attempt: () => Promise<T>,
  delaysMs: readonly number[] = RECONNECT_DELAYS_MS,
): Promise<T> {
  let lost: AppError | null = null;
  for (const delayMs of [0, ...delaysMs]) {
    await pause(delayMs, signal);
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof AppError) || !mayPass(error, lost)) throw error;
      lost = error.code === 'CONNECTION-LOST' ? error : lost;
    }
  }
  throw lost ?? new AppError('INTERNAL', 'An attempt ended without an outcome.');
}

/** A server that was reached before and now is not is a connection that is still lost. */
function mayPass(error: AppError, lost: AppError | null): boolean {
  return error.code === 'CONNECTION-LOST' || (lost !== null && error.code === 'SERVER-UNREACHABLE');
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms === 0) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
  signal.throwIfAborted();
}
