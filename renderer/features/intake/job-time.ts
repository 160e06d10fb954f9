import type { Job } from '#shared/contract/jobs.ts';
import { jobResult } from '#renderer/lib/jobs.ts';
import { formatMilliseconds } from '#shared/format/duration.ts';

/** Did this job end with the import? */
export function broughtIn(job: Job, importId: string): boolean {
  const single = jobResult(job, 'import');
  const set = jobResult(job, 'bundle-import');
  return single?.importId === importId || (set?.imports.includes(importId) ?? false);
}

/** How long an ended job took; undefined while it goes on. */
export function jobDuration(job: Job | undefined): string | undefined {
  if (!job || job.endedAt === null) return undefined;
  return formatMilliseconds(new Date(job.endedAt).getTime() - new Date(job.startedAt).getTime());
}
