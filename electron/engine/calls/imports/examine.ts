import type { JobContext } from '#engine/jobs/job-runner.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { EngineContext } from '../../context.ts';
import { attach } from '../evidence/evidence.ts';
import type { Held } from '../scan/held.ts';
import { scanHeld, type ScanToRecord } from '../scan/held-scan.ts';

/**
 * Looks at what lies in quarantine whole: the static checks, then the virus scanner of this machine if there is one. What was
 * found goes on record with the act that ends the import; what it is worth is the policy's business.
 */
export async function examineImport(
  context: EngineContext,
  job: Pick<JobContext, 'signal' | 'progress'>,
  held: Held,
  phase: { index: number; count: number },
): Promise<ScanToRecord> {
  const scan = await scanHeld(context, job, held, phase);
  const isSeen = context.registry.attachments.list(held.importId).some(({ kind }) => kind === 'virus-scan');
  if (isSeen) return scan;
  job.progress.current('virus scanner');
  const folder = context.quarantine.folderOf(held.importId);
  const result = await context.virusScanner.scan(folder, job.signal).catch((error: unknown) => {
    throw job.signal.aborted ? new AppError('CANCELLED', 'the job was cancelled') : error;
  });
  if (result === null) return scan;
  const { tool, version, signaturesAt, outcome, detail } = result;
  attach(context, held, {
    kind: 'virus-scan',
    tool,
    toolVersion: version,
    signaturesAt,
    outcome,
    detail,
    file: null,
  });
  return scan;
}
