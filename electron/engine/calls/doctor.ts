import type { Check } from '#shared/contract/evidence.ts';
import type { DoctorReport } from '#shared/contract/system.ts';
import { freeBytes } from '#engine/store/durable.ts';
import type { EngineContext } from '../context.ts';
import { verifyAudit } from './audit.ts';
import { trustStatus } from './trust-status.ts';

const LOW_SPACE_BYTES = 1_000_000_000;

/** Everything that can be checked about this home and machine without re-reading every blob (that is `fixity`). */
export async function runDoctor(context: EngineContext): Promise<DoctorReport> {
  const hashBackends = [...(await context.pool.table())];
  const checks: Check[] = [
    checkDatabase(context),
    ...verifyAudit(context).checks,
    ...trustStatus(context).checks,
    ...(await checkBlobs(context)),
    await checkQuarantine(context),
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

/** Every blob a release needs is there with its size; nothing lies in the store that the registry does not know. */
async function checkBlobs({ registry, blobs }: EngineContext): Promise<Check[]> {
  const checks: Check[] = [];
  const known = new Set<string>();
  for (const row of registry.blobs.list()) {
    known.add(row.digest);
    const size = await blobs.sizeOf(row.digest);
    if (size === row.sizeBytes) continue;
    checks.push({
      id: 'store.blobs',
      status: 'failed',
      code: 'FIXITY-FAILED',
      path: row.digest,
      expected: `${row.sizeBytes} bytes`,
      found: size === null ? 'no file' : `${size} bytes`,
    });
  }
  for await (const { digest, sizeBytes } of blobs.list()) {
    if (known.has(digest)) continue;
    const detail = 'Not needed by any release; gc removes it.';
    checks.push({
      id: 'store.unknown',
      status: 'warning',
      path: digest,
      found: `${sizeBytes} bytes`,
      detail,
    });
  }
  if (checks.length > 0) return checks;
  return [
    { id: 'store.blobs', status: 'verified', detail: `${known.size} blobs are there with their sizes.` },
  ];
}

/** Quarantine folders that no open import owns are left over from a crash; gc sweeps them. */
async function checkQuarantine({ registry, quarantine }: EngineContext): Promise<Check> {
  const open = new Set(
    registry.imports
      .list()
      .filter((row) => row.state === 'receiving' || row.state === 'quarantined')
      .map((row) => row.id),
  );
  const left = (await quarantine.list()).filter((id) => !open.has(id));
  if (left.length === 0)
    return { id: 'store.quarantine', status: 'verified', detail: `${open.size} imports on trial.` };
  return {
    id: 'store.quarantine',
    status: 'warning',
    found: left.join(', '),
    detail: 'Left over; gc removes it.',
  };
}

async function checkSpace({ home }: EngineContext): Promise<Check> {
  const free = await freeBytes(home.root);
  const status = free < LOW_SPACE_BYTES ? 'warning' : 'verified';
  return { id: 'home.space', status, found: `${free} bytes free`, detail: 'Room for imports in this home.' };
}
