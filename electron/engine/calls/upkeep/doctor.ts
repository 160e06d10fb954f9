import type { Check } from '#shared/contract/evidence.ts';
import type { DoctorReport } from '#shared/contract/system.ts';
import { freeBytes } from '#engine/store/durable.ts';
import type { EngineContext } from '../../context.ts';
import { verifyAudit } from '../audit.ts';
import { checkBlobs, checkLeftovers, checkQuarantine } from './doctor-store.ts';
import { trustStatus } from '../trust/trust-status.ts';

const LOW_SPACE_BYTES = 1_000_000_000;

/** Everything that can be checked about this home and machine without re-reading every blob (that is `fixity`). */
export async function runDoctor(context: EngineContext): Promise<DoctorReport> {
  const hashBackends = [...(await context.pool.table())];
  const checks: Check[] = [
    checkDatabase(context),
    ...verifyAudit(context).checks,
    ...trustStatus(context).checks,
    ...(await checkBlobs(context)),
    ...(await checkQuarantine(context)),
    ...(await checkLeftovers(context)),
    await checkSpace(context),
    ...hashBackends
      .filter((row) => !row.correct)
      .map((row): Check => ({
        id: 'hashing.backend',
        status: 'warning',
        path: `${row.algorithm} ${row.backend}`,
        detail: 'Absent, or its answers are wrong here; it is not used.',
      })),
  ];
  return { ok: checks.every((check) => check.status !== 'failed'), checks, hashBackends };
}

function checkDatabase({ registry }: EngineContext): Check {
  const problems = registry.integrityProblems();
  if (problems.length === 0)
    return { id: 'registry.integrity', status: 'verified', detail: 'SQLite finds no fault.' };
  return {
    id: 'registry.integrity',
    status: 'failed',
    code: 'HOME-UNUSABLE',
    found: problems.slice(0, 5).join('; '),
  };
}

async function checkSpace({ home }: EngineContext): Promise<Check> {
  const free = await freeBytes(home.root);
  const status = free < LOW_SPACE_BYTES ? 'warning' : 'verified';
  return { id: 'home.space', status, found: `${free} bytes free`, detail: 'Room for imports in this home.' };
}
