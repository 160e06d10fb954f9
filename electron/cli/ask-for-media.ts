import readline from 'node:readline/promises';
import type { JobKind, JobNeed, JobResult } from '#shared/contract/jobs.ts';
import { formatBytes } from '#shared/format/bytes.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { AppError } from '#engine/core/app-error.ts';
import { followJob } from './follow-job.ts';
import type { Invocation } from './invocation.ts';

/** Is there somebody at a terminal who can change media? */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/**
 * Waits for a job like followJob; when it needs a medium, somebody at the terminal is asked for its folder. Without a
 * terminal it rejects with SET-INCOMPLETE and says how to go on; the job keeps waiting.
 */
export async function followWithMedia<K extends JobKind>(
  invocation: Invocation,
  kind: K,
  started: { jobId: string },
): Promise<JobResult<K>> {
  for (;;) {
    const result = followJob(invocation, kind, started);
    const settled = await result.then(
      () => 'done',
      () => 'stopped',
    );
    const { needs, state } = await invocation.call('jobs.get', { id: started.jobId });
    if (settled === 'done' || state !== 'waiting' || needs === null) return await result;
    if (!canAsk()) throw needsMedium(needs, started.jobId);
    const place = await ask(needs);
    if (place === '') throw needsMedium(needs, started.jobId);
    await invocation.call('jobs.resume', { id: started.jobId, source: invocation.locate(place) });
  }
}

function needsMedium(needs: JobNeed, jobId: string): AppError {
  const verb = needs.kind === 'read' ? 'read' : 'written';
  return new AppError('SET-INCOMPLETE', `The job waits for ${needs.sentence}.`, {
    expected: `${needs.bytes} bytes more to be ${verb}`,
    items: needs.troubles,
    state: 'What is verified stays.',
    next: `Go on with: sallyport jobs resume ${jobId} --source DIR`,
  });
}

async function ask(needs: JobNeed): Promise<string> {
  const lines = needs.troubles.map((trouble) => `  - ${toVisibleText(trouble)}\n`).join('');
  const what = `${toVisibleText(needs.sentence)}, ${formatBytes(needs.bytes)}`;
  process.stderr.write(`${lines}Needed: ${what}.\n`);
  const terminal = readline.createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question('Folder of the medium (nothing to stop): ')).trim();
  } finally {
    terminal.close();
  }
}
