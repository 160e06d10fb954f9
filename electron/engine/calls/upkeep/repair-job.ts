import path from 'node:path';
import { z } from 'zod';
import { Digest, ServerName } from '#shared/contract/basics.ts';
import type { Check } from '#shared/contract/evidence.ts';
import type { RepairReport } from '#shared/contract/fixity.ts';
import { readingsSubject } from '#engine/audit/records.ts';
import { IncomingBlob } from '#engine/bundle/incoming-blob.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { reach } from '#engine/core/fault-points.ts';
import { ServerSession } from '#engine/deploy/server-session.ts';
import { formatRange } from '#engine/hashing/byte-range.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import { freeBytes } from '#engine/store/durable.ts';
import type { EngineContext } from '../../context.ts';
import { checkBlob } from './check-blob.ts';
import { deployHome, findServer } from '../deploy/deploy-context.ts';
import type { ReleaseBlob } from './release-blobs.ts';
import { PlacesSource, type RepairSource, ServerSource, wholePart } from './repair-sources.ts';
import { damagedBlobs } from './store-health.ts';

/** What a repair is asked to do; kept with the job. */
export const RepairParams = z.object({
  from: z.union([z.object({ sources: z.array(z.string()).min(1) }), z.object({ server: ServerName })]),
  /** null: every blob that is known to be damaged. */
  blobs: z.array(Digest).nullable(),
});
export type RepairParams = z.infer<typeof RepairParams>;

type RepairedBlob = RepairReport['blobs'][number];

/**
 * Makes damaged blobs whole again: what is good of the copy that was set aside is kept, what it lacks is read from a medium
 * or server, and the whole enters the store once its digest is right. What is there of a blob stays for the next repair.
 */
export async function runRepair(
  context: EngineContext,
  job: JobContext,
  { from, blobs }: RepairParams,
): Promise<RepairReport> {
  const targets = damagedBlobs(context.registry)
    .map(({ blob }) => blob)
    .filter(({ digest }) => blobs === null || blobs.includes(digest));
  const damagedBytes = targets.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  job.progress.phase('repairing damaged blobs', 1, 1, null);
  await sweepRepaired(context);
  if (targets.length === 0) return reportOf([], []);
  await refuseWithoutRoom(context, Math.max(...targets.map(({ sizeBytes }) => sizeBytes)), damagedBytes);
  if ('server' in from) return await repairFromServer(context, job, targets, from.server);
  const source = await PlacesSource.open(context, job, from.sources);
  const names = from.sources.map((each) => path.basename(each)).join(', ');
  return await repairAll(context, job, targets, { source, name: names, checks: source.checks });
}

/** What an earlier repair left when it ended between its record and its tidying up. */
async function sweepRepaired({ blobs, registry }: EngineContext): Promise<void> {
  const damaged = new Set(damagedBlobs(registry).map(({ blob }) => blob.digest));
  for (const { digest } of await blobs.leftOfDamage()) {
    if (!damaged.has(digest) && (await blobs.has(digest))) await blobs.forgetDamage(digest);
  }
}

async function repairFromServer(
  context: EngineContext,
  job: JobContext,
  targets: readonly ReleaseBlob[],
  name: string,
): Promise<RepairReport> {
  const server = findServer(context.registry, name);
  const folder = await context.blobs.repairFolder();
  const session = await ServerSession.open(server, deployHome(context), {
    signal: job.signal,
    readOnly: true,
  });
  try {
    const source = new ServerSource(job, session, folder);
    return await repairAll(context, job, targets, { source, name: `server ${name}`, checks: [] });
  } finally {
    await session.close();
  }
}

interface From {
  readonly source: RepairSource;
  /** For the record. */
  readonly name: string;
  readonly checks: readonly Check[];
}

async function repairAll(
  context: EngineContext,
  job: JobContext,
  targets: readonly ReleaseBlob[],
  from: From,
): Promise<RepairReport> {
  const repaired: RepairedBlob[] = [];
  for (const blob of targets) {
    job.signal.throwIfAborted();
    repaired.push(await repairOne(context, job, blob, from));
  }
  return reportOf(repaired, from.checks);
}

async function repairOne(
  context: EngineContext,
  job: JobContext,
  blob: ReleaseBlob,
  from: From,
): Promise<RepairedBlob> {
  reach('repair.begun');
  const { digest, sizeBytes } = blob;
  const about = { digest, sizeBytes, files: [...blob.files] };
  if (await isThereAndGood(context, job, blob)) {
    await record(context, job, blob, from, 0);
    return { ...about, repaired: true, bytesRead: 0, missing: [] };
  }
  const folder = await context.blobs.repairFolder();
  const part = wholePart(blob, blob.chunks ?? []);
  const incoming = new IncomingBlob(folder, blob, [part], context.pool);
  await incoming.open();
  if (blob.chunks !== null) {
    for (const { file, sizeBytes: found } of await context.blobs.asideOf(digest)) {
      const work = { signal: job.signal, onBytes: () => {} };
      if (incoming.needs(part))
        await incoming.take(part, { file, offset: 0 }, Math.min(found, sizeBytes), work);
    }
  }
  const bytesRead = incoming.missingBytes === 0 ? 0 : await from.source.supply(blob, incoming);
  if (incoming.missingBytes > 0) {
    return { ...about, repaired: false, bytesRead, missing: incoming.missing };
  }
  await incoming.finish({ signal: job.signal, onBytes: () => {} });
  reach('repair.copied');
  await context.blobs.adopt(incoming.file, digest);
  reach('repair.adopted');
  await record(context, job, blob, from, bytesRead);
  return { ...about, repaired: true, bytesRead, missing: [] };
}

/**
 * Is there nothing to bring? An earlier run may have ended between the repair and its record, an import may have brought the
 * bytes anew, and of a blob whose chunk list is wrong the bytes are good.
 */
async function isThereAndGood(context: EngineContext, job: JobContext, blob: ReleaseBlob): Promise<boolean> {
  const { blobs, registry, pool } = context;
  const { digest, sizeBytes } = blob;
  if (!(await blobs.has(digest))) return false;
  const { outcome } = await checkBlob(context, blob, {
    from: { chunk: 0, bad: [] },
    signal: job.signal,
    onBytes: () => {},
    stepChunks: () => Promise.resolve(Infinity),
    onStep: () => Promise.resolve(),
  });
  if (outcome !== 'chunk-list') return outcome === 'good';
  const path = blobs.pathOf(digest);
  const { chunks } = await pool.hashFile({ path, algorithms: ['sha256'], signal: job.signal });
  registry.transaction(() => {
    registry.blobs.remove(digest);
    registry.blobs.upsert({ digest, sizeBytes, chunks });
  });
  return true;
}

async function record(
  context: EngineContext,
  job: JobContext,
  blob: ReleaseBlob,
  from: From,
  bytesRead: number,
): Promise<void> {
  const { registry, clock } = context;
  const { digest, sizeBytes } = blob;
  const at = timestamp(clock);
  const reading = { digest, sizeBytes, at, outcome: 'repaired' as const, ranges: [], found: '' };
  const lot = { run: job.id, lot: registry.fixity.nextLot(job.id), readings: [reading] };
  const name = blob.files[0] ?? digest;
  context.govern(
    {
      act: 'fixity.repair',
      object: name,
      subjects: [{ name, digest }, readingsSubject(lot)],
      details: { from: from.name, bytes: String(sizeBytes), read: String(bytesRead) },
    },
    () => registry.fixity.add(lot),
  );
  reach('repair.recorded');
  await context.blobs.forgetDamage(digest);
  context.changed('releases', 'store', 'audit');
}

function reportOf(blobs: readonly RepairedBlob[], more: readonly Check[]): RepairReport {
  const checks = blobs.flatMap(({ digest, files, repaired, missing }) =>
    files.map((file): Check => {
      if (repaired) return { id: 'fixity.repair', status: 'verified', path: file, found: digest };
      const detail = `Still lacks ${missing.map(formatRange).join(', ')}. What is there is kept.`;
      return { id: 'fixity.repair', status: 'failed', code: 'FIXITY-FAILED', path: file, detail };
    }),
  );
  return {
    blobs: [...blobs],
    bytesRead: blobs.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    checks: [...more, ...checks],
    ok: blobs.every(({ repaired }) => repaired),
  };
}

/** A blob is made whole beside its damaged copy, one after the other. */
async function refuseWithoutRoom({ home }: EngineContext, largest: number, all: number): Promise<void> {
  const free = await freeBytes(home.blobs);
  if (free >= largest) return;
  throw new AppError('DISK-FULL', 'There is no room to make the largest damaged blob whole.', {
    expected: `${largest} bytes`,
    found: `${free} bytes free`,
    state: `Nothing was changed; ${all} bytes in all are damaged.`,
    next: 'Free space (gc helps), then repair again.',
  });
}
