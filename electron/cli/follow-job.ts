import { type Job, type JobKind, type JobResult, jobResults } from '#shared/contract/jobs.ts';
import { formatBytes, formatPercent, formatRate } from '#shared/format/bytes.ts';
import { formatEta } from '#shared/format/duration.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { AppError, fromFailure } from '#engine/core/app-error.ts';
import type { Invocation } from './invocation.ts';

const ENDED = new Set<Job['state']>(['done', 'failed', 'cancelled', 'interrupted', 'waiting']);

/**
 * Waits for a job, with a progress line when standard error is a terminal. Ctrl+C cancels the job and waits for it to stop.
 * Resolves with its result; rejects with what it failed with, or CANCELLED.
 */
export async function followJob<K extends JobKind>(
  { engine }: Invocation,
  kind: K,
  { jobId }: { jobId: string },
): Promise<JobResult<K>> {
  const cancel = () => void engine.call('jobs.cancel', { id: jobId }).catch(() => {});
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  try {
    const job = await new Promise<Job>((resolve, reject) => {
      const look = (snapshot: Job) => {
        if (snapshot.id !== jobId) return;
        showProgress(snapshot);
        if (ENDED.has(snapshot.state)) resolve(snapshot);
      };
      engine.on('job', look);
      engine.call('jobs.get', { id: jobId }).then(look, reject);
    });
    clearProgress();
    return resultOf(kind, job);
  } finally {
    process.off('SIGINT', cancel);
    process.off('SIGTERM', cancel);
  }
}

function resultOf<K extends JobKind>(kind: K, job: Job): JobResult<K> {
  if (job.state === 'done') return jobResults[kind].parse(job.result) as JobResult<K>;
  if (job.failure !== null) throw fromFailure(job.failure);
  throw new AppError('CANCELLED', `The job ${job.id} was ${job.state}.`, {
    state: job.onCancel,
    ...(job.canResume ? { next: `Go on with: sallyport jobs resume ${job.id}` } : {}),
  });
}

function showProgress(job: Job): void {
  if (!process.stderr.isTTY || ENDED.has(job.state)) return;
  const percent = formatPercent(job.bytesDone, job.bytesTotal);
  const parts = [
    `${job.phase.index}/${job.phase.count} ${job.phase.name}`,
    percent === null ? formatBytes(job.bytesDone) : percent,
    formatRate(job.bytesPerSecond),
    formatEta(job.etaSeconds),
    toVisibleText(job.current),
  ];
  const line = parts.join(' \u00b7 ').slice(0, (process.stderr.columns ?? 80) - 1);
  process.stderr.write(`\r\u001b[K${line}`);
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
}
