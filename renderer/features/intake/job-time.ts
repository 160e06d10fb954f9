import type { Job } from '#shared/contract/jobs.ts';
import { formatMilliseconds } from '#shared/format/duration.ts';

/** How long an ended job took; undefined while it goes on. */
export function jobDuration(job: Job | undefined): string | undefined {
  if (!job || job.endedAt === null) return undefined;
  return formatMilliseconds(new Date(job.endedAt).getTime() - new Date(job.startedAt).getTime());
}
