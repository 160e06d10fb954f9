import type { ServerOutcome } from '#shared/contract/fleet.ts';
import type { Job } from '#shared/contract/jobs.ts';
import { jobResult } from '#renderer/lib/jobs.ts';

/** What a job did on each server; empty until it ended, and for jobs that touch no server. */
export function outcomesOf(job: Job): readonly ServerOutcome[] {
  const result =
    jobResult(job, 'push') ??
    jobResult(job, 'activate') ??
    jobResult(job, 'rollback') ??
    jobResult(job, 'server-fixity');
  return result?.servers ?? [];
}
