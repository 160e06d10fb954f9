import type { Verdict } from '#shared/contract/evidence.ts';
import type { ServerOutcome } from '#shared/contract/fleet.ts';
import type { Job } from '#shared/contract/jobs.ts';
import type { ScanVerdict } from '#shared/contract/scan.ts';
import { jobResult } from './jobs.ts';

/** How a job ended: a mark and its words. */
export interface JobEndingWords {
  readonly verdict: Verdict;
  readonly words: string;
}

/** What a job did on each server; empty until it ended, and for jobs that touch no server. */
export function outcomesOf(job: Job): readonly ServerOutcome[] {
  const result =
    jobResult(job, 'push') ??
    jobResult(job, 'activate') ??
    jobResult(job, 'rollback') ??
    jobResult(job, 'server-fixity');
  return result?.servers ?? [];
}

/** Is stopping it no more than a pause, after which nothing is done twice? */
export function isPausable({ kind }: Pick<Job, 'kind'>): boolean {
  return kind === 'fixity' || kind === 'repair';
}

/** How a job ended, null while it goes on. Work that came to its end is no good news when what it found is bad. */
export function describeEnding(job: Job): JobEndingWords | null {
  switch (job.state) {
    case 'queued':
    case 'running':
    case 'cancelling':
      return null;
    case 'failed':
      return { verdict: 'failed', words: 'failed' };
    case 'waiting':
      return { verdict: 'warning', words: 'waiting for a medium' };
    case 'cancelled':
      return { verdict: 'warning', words: isPausable(job) && job.canResume ? 'paused' : 'cancelled' };
    case 'interrupted':
      return { verdict: 'warning', words: job.state };
    case 'done':
      return describeResult(job);
  }
}

function describeResult(job: Job): JobEndingWords {
  const outcomes = outcomesOf(job);
  const failed = outcomes.filter((outcome) => !outcome.ok).length;
  if (failed > 0) return { verdict: 'failed', words: `failed on ${failed} of ${outcomes.length} servers` };
  if (jobResult(job, 'fixity')?.ok === false) return { verdict: 'failed', words: 'damage found' };
  if (jobResult(job, 'repair')?.ok === false) return { verdict: 'failed', words: 'not all repaired' };
  const scan = jobResult(job, 'scan');
  if (scan !== null) return scanEndings[scan.verdict];
  const report = jobResult(job, 'verify');
  if (report !== null && report.verdict !== 'verified') {
    return { verdict: report.verdict, words: `done: ${report.verdict}` };
  }
  return { verdict: 'verified', words: setEnding(job) ?? 'done' };
}

/** Sets say how far the proof went. */
function setEnding(job: Job): string | null {
  const written = jobResult(job, 'bundle-create');
  if (written === null) return null;
  return written.readBack === 'direct'
    ? 'done, read back from the medium'
    : 'done, read back through the page cache';
}

const scanEndings: Record<ScanVerdict, JobEndingWords> = {
  pass: { verdict: 'verified', words: 'done: pass' },
  review: { verdict: 'warning', words: 'done: review' },
  block: { verdict: 'failed', words: 'done: block' },
};
