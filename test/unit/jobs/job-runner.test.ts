import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Job } from '#shared/contract/jobs.ts';
import { AppError } from '#engine/core/app-error.ts';
import { silentLogger } from '#engine/core/logger.ts';
import { type JobContext, JobRunner } from '#engine/jobs/job-runner.ts';
import { Meter } from '#engine/jobs/meter.ts';
import { Registry } from '#engine/registry/registry.ts';
import { ManualClock } from '../../fixtures/manual-clock.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const result = { filesChecked: 1, bytesChecked: 2, seconds: 3, checks: [], ok: true };

function setUp(file = path.join(temporaryFolder(), 'registry.db')) {
  const registry = new Registry(file);
  onTestFinished(() => registry.close());
  const events: Job[] = [];
  const unlocked: { key: string | null } = { key: null };
  const jobs = new JobRunner({
    rows: registry.jobs,
    clock: new ManualClock(),
    log: silentLogger,
    actor: () => 'operator',
    unlockedKey: () => unlocked.key,
    emit: (job) => events.push(job),
  });
  const define = (
    run: (job: JobContext, params: unknown) => Promise<typeof result> | typeof result,
    resumable = true,
  ) =>
    jobs.define('fixity', {
      onCancel: 'Nothing is left behind.',
      resumable,
      run: (job, params) => Promise.resolve(run(job, params)),
    });
  return { registry, jobs, events, define, unlocked };
}

const until = (holds: () => boolean) => expect.poll(holds, { interval: 5, timeout: 8000 }).toBe(true);
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });

describe('jobs', () => {
  it('run to their end and keep their result', async () => {
    const { jobs, events, define } = setUp();
    define((job) => {
      job.progress.phase('reading', 1, 1, 100);
      job.progress.advance(100);
      return result;
    });
    const { jobId } = jobs.start('fixity', { title: 'checking', params: {} });
    await until(() => jobs.get(jobId).state === 'done');
    expect(jobs.get(jobId)).toMatchObject({ result, bytesDone: 100, bytesTotal: 100, canCancel: false });
    const sequences = events.map((job) => job.sequence);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(new Set(sequences).size).toBe(sequences.length);
    expect(events.at(-1)?.state).toBe('done');
  });

  it('send few events for much progress, and always the last', async () => {
    const { jobs, events, define } = setUp();
    define((job) => {
      job.progress.phase('reading', 1, 1, 10_000);
      for (let n = 0; n < 10_000; n++) job.progress.advance(1);
      return result;
    });
    const { jobId } = jobs.start('fixity', { title: 'checking', params: {} });
    await until(() => jobs.get(jobId).state === 'done');
    expect(events.length).toBeLessThan(10);
    expect(events.at(-1)?.bytesDone).toBe(10_000);
  });

  it('stop when cancelled, say so, and can be resumed from their checkpoint', async () => {
    const { jobs, define } = setUp();
    const seen: unknown[] = [];
    define(async (job, params) => {
      seen.push([job.checkpoint, params]);
      if (job.checkpoint !== null) return result;
      job.saveCheckpoint({ files: 3 });
      return untilAborted(job.signal);
    });
    const { jobId } = jobs.start('fixity', { title: 'checking', params: { path: 'x' } });
    await until(() => jobs.get(jobId).state === 'running');
    expect(jobs.cancel(jobId).state).toBe('cancelling');
    await until(() => jobs.get(jobId).state === 'cancelled');
    expect(() => jobs.cancel(jobId)).toThrow(expect.objectContaining({ code: 'STATE-CONFLICT' }));
    jobs.resume(jobId);
    await until(() => jobs.get(jobId).state === 'done');
    expect(seen).toEqual([
      [null, { path: 'x' }],
      [{ files: 3 }, { path: 'x' }],
    ]);
  });

  it('keep what they failed with', async () => {
    const { jobs, define } = setUp();
    define(() => Promise.reject(new AppError('DISK-FULL', 'full', { found: '3 bytes' })), false);
    const { jobId } = jobs.start('fixity', { title: 'checking', params: {} });
    await until(() => jobs.get(jobId).state === 'failed');
    expect(jobs.get(jobId)).toMatchObject({
      failure: { code: 'DISK-FULL', details: { found: '3 bytes' } },
      canResume: false,
    });
    expect(() => jobs.resume(jobId)).toThrow(expect.objectContaining({ code: 'STATE-CONFLICT' }));
  });

  it('wait for a place when four are running', async () => {
    const { jobs, define } = setUp();
    define((job) => untilAborted(job.signal));
    const ids = Array.from(
      { length: 5 },
      () => jobs.start('fixity', { title: 'checking', params: {} }).jobId,
    );
    expect(ids.map((id) => jobs.get(id).state)).toEqual([
      'running',
      'running',
      'running',
      'running',
      'queued',
    ]);
    jobs.cancel(ids[0] ?? '');
    await until(() => jobs.get(ids[4] ?? '').state === 'running');
    await jobs.close();
    expect(ids.slice(1).map((id) => jobs.get(id).state)).toEqual(
      Array.from({ length: 4 }, () => 'interrupted'),
    );
  });

  it('are interrupted by a crash and go on afterwards', async () => {
    const file = path.join(temporaryFolder(), 'registry.db');
    const before = setUp(file);
    before.define((job) => {
      job.saveCheckpoint('half way');
      return untilAborted(job.signal);
    });
    const { jobId } = before.jobs.start('fixity', { title: 'checking', params: { all: true } });
    // The process dies here: nobody tells the runner. The next one finds the row as it was.
    const after = setUp(file);
    const seen: unknown[] = [];
    after.define((job, params) => {
      seen.push(job.checkpoint, params);
      return result;
    });
    expect(after.jobs.get(jobId)).toMatchObject({ state: 'interrupted', canResume: true });
    after.jobs.resume(jobId);
    await until(() => after.jobs.get(jobId).state === 'done');
    expect(seen).toEqual(['half way', { all: true }]);
    await before.jobs.close();
  });
});

describe('a job that is resumed', () => {
  it('takes a place that a person names, and says that it does', async () => {
    const { jobs } = setUp();
    const seen: unknown[] = [];
    jobs.define('fixity', {
      onCancel: '',
      resumable: true,
      left: () => ({ bytes: 5, files: 1 }),
      withSource: (params, source) => ({ before: params, source }),
      run: (_job, params) => {
        seen.push(params);
        return seen.length > 1 ? Promise.resolve(result) : Promise.reject(new AppError('MEDIA-GONE', 'gone'));
      },
    });
    const { jobId } = jobs.start('fixity', { title: 'checking', params: 1 });
    await until(() => jobs.get(jobId).state === 'failed');
    expect(jobs.get(jobId)).toMatchObject({ takesSource: true, left: { bytes: 5, files: 1 }, key: null });
    jobs.resume(jobId, '/media/other');
    await until(() => jobs.get(jobId).state === 'done');
    expect(seen).toEqual([1, { before: 1, source: '/media/other' }]);
  });

  it('waits for the key that it signs with, and nothing of it changes before', async () => {
    const { jobs, events, unlocked } = setUp();
    jobs.define('fixity', {
      onCancel: '',
      resumable: true,
      key: () => 'SHA256:own',
      run: () =>
        unlocked.key === null ? Promise.reject(new AppError('DISK-FULL', 'full')) : Promise.resolve(result),
    });
    const { jobId } = jobs.start('fixity', { title: 'checking', params: null });
    await until(() => jobs.get(jobId).state === 'failed');
    // The last event says so too, for a window that was there all the time.
    expect(events.at(-1)).toMatchObject({ state: 'failed', key: 'SHA256:own' });
    unlocked.key = 'SHA256:other';
    expect(() => jobs.resume(jobId)).toThrow(
      expect.objectContaining({
        code: 'KEY-LOCKED',
        details: expect.objectContaining({ expected: 'SHA256:own', found: 'SHA256:other' }) as unknown,
      }),
    );
    expect(jobs.get(jobId).state).toBe('failed');
    unlocked.key = 'SHA256:own';
    jobs.resume(jobId);
    await until(() => jobs.get(jobId).state === 'done');
  });
});

describe('the meter', () => {
  it('estimates at first, then gives the rate of the last seconds', () => {
    const clock = new ManualClock();
    const meter = new Meter(clock);
    meter.record(0);
    clock.advance(500);
    meter.record(50);
    expect(meter.bytesPerSecond()).toBeNull();
    for (let second = 0; second < 10; second++) {
      clock.advance(1000);
      meter.record(1000 * (second + 1));
    }
    expect(meter.bytesPerSecond()).toBe(1000);
  });
});
