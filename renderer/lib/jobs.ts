import { create } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { LocationHandle } from '#shared/contract/basics.ts';
import { jobResults, type Job, type JobKind, type JobResult, type JobState } from '#shared/contract/jobs.ts';
import { call, listen } from './bridge.ts';

interface JobsState {
  readonly byId: Readonly<Record<string, Job>>;
}

const useJobStore = create<JobsState>(() => ({ byId: {} }));

const underWay: readonly JobState[] = ['queued', 'running', 'cancelling'];

/** Is it still going on, so that numbers will move? */
export function isUnderWay(job: Job): boolean {
  return underWay.includes(job.state);
}

/** Has it not come to its end, even if nothing moves now: it waits for a medium, or was interrupted. */
export function isOpen(job: Job): boolean {
  return isUnderWay(job) || job.state === 'waiting' || job.state === 'interrupted';
}

/** Takes jobs in by their sequence, whatever order they come in: an older state never replaces a newer one. */
export function acceptJobs(jobs: readonly Job[]): void {
  useJobStore.setState(({ byId }) => {
    const newer = jobs.filter((job) => job.sequence > (byId[job.id]?.sequence ?? -1));
    if (newer.length === 0) return {};
    return { byId: { ...byId, ...Object.fromEntries(newer.map((job) => [job.id, job])) } };
  });
}

/** Listens first and then asks for a snapshot, so that nothing falls between. Called once, by the frame. */
export function startJobs(): () => void {
  const stop = listen('job', (job) => acceptJobs([job]));
  loadJobs();
  return stop;
}

/** Asks for the snapshot, again after the engine could not be opened at first. */
export function loadJobs(): void {
  void call('jobs.list', {}).then(acceptJobs, () => undefined);
}

/** All jobs the window knows, newest first. */
export function useJobs(): Job[] {
  return useJobStore(
    useShallow(({ byId }) => Object.values(byId).sort((a, b) => b.startedAt.localeCompare(a.startedAt))),
  );
}

/** One job as it stands; undefined until its first event. */
export function useJob(id: string | null): Job | undefined {
  return useJobStore(({ byId }) => (id === null ? undefined : byId[id]));
}

/** What a job of this kind ended with; null while it has not, or when it did not end well. */
export function jobResult<K extends JobKind>(job: Job | undefined, kind: K): JobResult<K> | null {
  if (job?.kind !== kind || job.state !== 'done') return null;
  const parsed = jobResults[kind].safeParse(job.result);
  return parsed.success ? (parsed.data as JobResult<K>) : null;
}

/** Asks a job to stop; the answer is taken in at once. */
export async function cancelJob(id: string): Promise<void> {
  acceptJobs([await call('jobs.cancel', { id })]);
}

/**
 * Goes on with a job that waits or ended early where its checkpoint stands. `source`: the medium it waits for, or where what
 * it reads lies now.
 */
export async function resumeJob(id: string, source?: LocationHandle): Promise<void> {
  acceptJobs([await call('jobs.resume', { id, ...(source === undefined ? {} : { source }) })]);
}

/** Fetches a job that was just started, so that its row is there before its first event. */
export async function fetchJob(id: string): Promise<void> {
  acceptJobs([await call('jobs.get', { id })]);
}
