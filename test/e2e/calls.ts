import type { Page } from '@playwright/test';
import type { CallInput, CallName, CallOutput, EngineCallName } from '#shared/contract/calls.ts';
import type { Job } from '#shared/contract/jobs.ts';
import type {} from '#renderer/lib/bridge.ts';
import { chooseNext, expect, type Launched } from './fixtures.ts';

/** Makes a call as the page does, over the real bridge. Throws with the failure's code and message. */
export async function call<N extends CallName>(
  page: Page,
  name: N,
  input: CallInput<N>,
): Promise<CallOutput<N>> {
  const reply = await page.evaluate(
    ([wanted, value]) => window.sallyport.call(wanted as EngineCallName, value as never),
    [name, input] as const,
  );
  if (!reply.ok) throw new Error(`${name}: ${reply.failure.code}: ${reply.failure.message}`);
  return reply.value as CallOutput<N>;
}

/** The handle of a folder that a person chose. */
export async function locate({ app, page }: Launched, folder: string): Promise<string> {
  await chooseNext(app, folder);
  const location = await call(page, 'dialog.chooseFolder', { title: 'a test' });
  if (location === null) throw new Error('nothing was chosen');
  return location.handle;
}

/** The handle of a file that a person chose. */
export async function locateFile({ app, page }: Launched, file: string): Promise<string> {
  await chooseNext(app, file);
  const location = await call(page, 'dialog.chooseFile', { title: 'a test' });
  if (location === null) throw new Error('nothing was chosen');
  return location.handle;
}

/** Waits until the job is in one of the states, and returns it. */
export async function untilJob(page: Page, id: string, ...states: Job['state'][]): Promise<Job> {
  let job: Job | undefined;
  await expect
    .poll(
      async () => {
        job = await call(page, 'jobs.get', { id });
        if (job.state === 'failed' && !states.includes('failed')) {
          throw new Error(`the job failed: ${JSON.stringify(job.failure)}`);
        }
        return states.includes(job.state);
      },
      { timeout: 60_000, intervals: [50, 100, 250] },
    )
    .toBe(true);
  if (job === undefined) throw new Error('there is no job');
  return job;
}
