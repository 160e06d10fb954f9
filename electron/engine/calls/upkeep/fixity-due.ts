import { AppError } from '#engine/core/app-error.ts';
import type { EngineContext } from '../../context.ts';
import type { FixityParams } from './fixity-job.ts';
import { dueBefore, dueBlobs } from './store-health.ts';

/** A check that a person stopped is let be for a day. */
const LET_BE_MS = 24 * 60 * 60_000;

/** Starts a check as a job. */
export function startFixity(context: EngineContext, params: FixityParams): { jobId: string } {
  const { release, readBefore } = params;
  const what =
    release !== null
      ? `${release.model} ${release.version}`
      : readBefore === null
        ? 'all releases'
        : 'what is due';
  return context.jobs.start('fixity', { title: `checking ${what}`, params });
}

/** What was last read before this is due. Throws USAGE when no age is set. */
export function dueOrRefuse(context: EngineContext): string {
  const before = dueBefore(context);
  if (before !== null) return before;
  throw new AppError('USAGE', 'Nothing is ever due here: no age is set for fixity checks.', {
    next: 'Set one, e.g. fixity --every 30 --reason TEXT, or check everything with fixity.',
  });
}

/** Starts or goes on with a check of what is due, unless one is under way or a person stopped one today. */
export function startDueCheck(context: EngineContext): void {
  const { jobs, clock } = context;
  const newest = jobs.list().find((job) => job.kind === 'fixity');
  if (newest !== undefined && ['queued', 'running', 'cancelling'].includes(newest.state)) return;
  const endedAt = newest?.endedAt ?? null;
  const isLetBe = newest?.state === 'cancelled' && endedAt !== null;
  if (isLetBe && clock.now().getTime() - Date.parse(endedAt) < LET_BE_MS) return;
  if (newest?.state === 'interrupted') {
    jobs.resume(newest.id);
    return;
  }
  const readBefore = dueBefore(context);
  if (readBefore === null || dueBlobs(context).length === 0) return;
  startFixity(context, { release: null, readBefore, bytesPerSecond: null });
}
