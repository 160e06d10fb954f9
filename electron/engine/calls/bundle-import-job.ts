import { link, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Digest } from '#shared/contract/basics.ts';
import type { JobResult } from '#shared/contract/jobs.ts';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import { IncomingBlob } from '#engine/bundle/incoming-blob.ts';
import { type Intake, planIntake, type SetRelease } from '#engine/bundle/intake.ts';
import { setFolderName } from '#engine/bundle/names.ts';
import { openSet, type OpenedSet } from '#engine/bundle/open-set.ts';
import { receivedEvidence, receiveParts } from '#engine/bundle/receive.ts';
import { type ReceivedRelease, readReceivedRelease } from '#engine/bundle/received-release.ts';
import { refuseFailed } from '#engine/bundle/refuse.ts';
import type { TransferSet } from '#engine/bundle/set-statement.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { hexOf } from '#engine/core/digest.ts';
import { newId } from '#engine/core/ids.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import { refuseWithoutRoom } from '#engine/media/target-room.ts';
import type { ImportRow } from '#engine/registry/imports.ts';
import type { EngineContext } from '../context.ts';
import { openSetFolders } from './set-folders.ts';

/** Where the volumes of the set are; kept with the job. */
export const BundleImportParams = z.object({ sources: z.array(z.string()).min(1) });
export type BundleImportParams = z.infer<typeof BundleImportParams>;

/** A release on its way in: its row of record and the blobs it waits for. */
interface Arrival {
  readonly release: SetRelease;
  readonly importId: string;
  readonly isDone: boolean;
}

/**
 * Takes a set in: control file and signature before any payload byte, then sequence, conflicts, what a delta lacks and
 * space, then the parts. What is good stays in quarantine whatever else is wrong, so that a later import of the same set
 * takes only the rest. Ends with one quarantined import a release.
 */
export async function runBundleImport(
  context: EngineContext,
  job: JobContext,
  params: BundleImportParams,
): Promise<JobResult<'bundle-import'>> {
  job.progress.phase('checking the control files', 1, 3, null);
  const folders = await openSetFolders(context, params.sources);
  const opened = await openSet(folders, {
    anchors: context.registry.anchors.list(),
    at: context.clock.now(),
  });
  const { set, intake } = await admit(context, opened);
  const source = params.sources.map((place) => path.basename(place)).join(', ');
  const arrivals = beginArrivals(context, set, intake, source);
  const incoming = await prepareBlobs(context, opened, intake, arrivals);
  await refuseWithoutRoom([
    { folder: context.home.quarantine, fileSizes: incoming.map((blob) => blob.missingBytes), folders: 1 },
  ]);
  const { signal, progress } = job;
  const { bytesCopied, recovered } = await receiveParts({
    opened,
    incoming,
    pool: context.pool,
    signal,
    progress,
  });

  const due = arrivals.filter((arrival) => !arrival.isDone);
  const releases = await readReleases(context, set, due, incoming);
  for (const arrival of due) await shareBlobs(context, arrival, incoming);
  const finished = due.map((arrival, n) => {
    const files = opened.parts.filter((part) => arrival.release.blobs.includes(part.blob)).length;
    const evidence = receivedEvidence(opened, intake.checks, recovered, files, context.clock.now());
    return { arrival, release: releases[n], evidence };
  });
  finish(context, set, finished, incoming);
  const imports = arrivals.map((arrival) => arrival.importId);
  return { setId: set.setId, imports, bytesCopied, bytesHeld: intake.bytesHeld };
}

/** Everything that can refuse the set before a byte of payload is read. A refusal is put on record. */
async function admit(
  context: EngineContext,
  opened: OpenedSet,
): Promise<{ set: TransferSet; intake: Intake }> {
  const state = 'Nothing was read but the control files, and nothing was taken in.';
  try {
    refuseFailed(opened.checks, state);
    const { set } = opened;
    if (set === null) throw new AppError('FORMAT-INVALID', 'The control file cannot be read.', { state });
    const intake = await planIntake(set, context);
    refuseFailed(intake.checks, state);
    return { set, intake };
  } catch (error) {
    const { code, message } = asAppError(error);
    const object = opened.set === null ? 'transfer set' : setFolderName(opened.set.setId);
    context.recordRefusal({ act: 'bundle.import', object, reason: message, details: { code } });
    context.changed('audit');
    throw error;
  }
}

/** Rows of record for the releases; those that an earlier import of the same set left are taken up again. */
function beginArrivals(context: EngineContext, set: TransferSet, intake: Intake, source: string): Arrival[] {
  const { imports } = context.registry;
  const earlier = imports.list().filter((row) => row.transferSet === set.setId);
  const isFor = (row: ImportRow, { model, version }: SetRelease) =>
    row.model === model && row.version === version;
  const arrivals = intake.releases.map((release): Arrival => {
    const open = earlier.find(
      (row) => isFor(row, release) && (row.state === 'receiving' || row.state === 'quarantined'),
    );
    if (open !== undefined) return { release, importId: open.id, isDone: open.state === 'quarantined' };
    const importId = newId('imp');
    const { model, version } = release;
    const startedBy = context.session.actor().who;
    imports.insert({
      id: importId,
      model,
      version,
      source,
      startedAt: timestamp(context.clock),
      startedBy,
      transferSet: set.setId,
    });
    return { release, importId, isDone: false };
  });
  context.changed('imports');
  return arrivals;
}

/** One place in quarantine for each blob that is wanted: the folder of the first release that needs it. */
async function prepareBlobs(
  context: EngineContext,
  opened: OpenedSet,
  intake: Intake,
  arrivals: readonly Arrival[],
): Promise<IncomingBlob[]> {
  const incoming: IncomingBlob[] = [];
  for (const blob of intake.wanted) {
    const owner = arrivals.find(({ isDone, release }) => !isDone && release.blobs.includes(blob.digest));
    if (owner === undefined) continue;
    const folder = await context.quarantine.create(owner.importId);
    const parts = opened.parts.filter((part) => part.blob === blob.digest);
    const arriving = new IncomingBlob(folder, blob, parts, context.pool);
    await arriving.open();
    incoming.push(arriving);
  }
  return incoming;
}

/** The manifests, held against what was announced. A set that contradicts itself there fails for good. */
async function readReleases(
  context: EngineContext,
  set: TransferSet,
  arrivals: readonly Arrival[],
  incoming: readonly IncomingBlob[],
): Promise<ReceivedRelease[]> {
  const releases: ReceivedRelease[] = [];
  for (const { release, importId } of arrivals) {
    const manifest = incoming.find((blob) => blob.digest === release.manifestDigest);
    try {
      if (manifest === undefined)
        throw new AppError('INTERNAL', `The manifest of ${release.model} was not received.`);
      releases.push(await readReceivedRelease(manifest.file, release, set));
    } catch (error) {
      const { code, message } = asAppError(error);
      for (const each of arrivals) {
        context.registry.imports.setState(each.importId, 'failed', `${code}: ${message}`);
        await context.quarantine.discard(each.importId);
      }
      const object = `${release.model}@${release.version}`;
      context.recordRefusal({
        act: 'bundle.import',
        object,
        reason: message,
        details: { code, import: importId },
      });
      context.changed('imports', 'audit');
      throw error;
    }
  }
  return releases;
}

/** A blob that several releases need gets a name in the quarantine of each; no byte is copied. */
async function shareBlobs(
  { quarantine, pool }: EngineContext,
  { release, importId }: Arrival,
  incoming: readonly IncomingBlob[],
): Promise<void> {
  await quarantine.create(importId);
  for (const blob of incoming.filter((each) => release.blobs.includes(each.digest))) {
    const place = quarantine.pathOf(importId, hexOf(blob.digest));
    if (place === blob.file) continue;
    await rm(place, { force: true });
    await link(blob.file, place).catch(() =>
      pool.copyFile({ source: blob.file, target: place, algorithms: ['sha256'] }),
    );
  }
}

interface Finished {
  readonly arrival: Arrival;
  readonly release: ReceivedRelease | undefined;
  readonly evidence: VerifyReport;
}

/** Files, evidence and the accepted set in one transaction: before it nothing can be published, after it all can. */
function finish(
  context: EngineContext,
  set: TransferSet,
  finished: readonly Finished[],
  incoming: readonly IncomingBlob[],
): void {
  const { registry } = context;
  const arrived = new Map(incoming.map((blob) => [blob.digest, blob.chunks]));
  const chunksOf = (digest: Digest) => arrived.get(digest) ?? registry.blobs.get(digest)?.chunks ?? [];
  const subjects = set.releases.map(({ model, version, manifestDigest }) => {
    return { name: `${model}@${version}`, digest: manifestDigest };
  });
  const details = {
    set: set.setId,
    origin: set.origin,
    sequence: String(set.sequence),
    imports: finished.map(({ arrival }) => arrival.importId).join(' '),
  };
  context.govern({ act: 'bundle.import', object: setFolderName(set.setId), subjects, details }, () => {
    for (const { arrival, release, evidence } of finished) {
      const { importId } = arrival;
      for (const file of release?.files ?? []) {
        registry.imports.addFile(importId, { ...file, chunks: chunksOf(file.digest) });
      }
      const { manifestDigest } = arrival.release;
      registry.imports.markQuarantined(importId, {
        manifest: release?.manifest ?? '',
        manifestDigest,
        evidence,
      });
    }
    registry.transfers.add(received(context, set));
  });
  context.changed('imports', 'transfers', 'audit');
}

function received(context: EngineContext, set: TransferSet) {
  return {
    setId: set.setId,
    direction: 'in' as const,
    site: set.origin,
    sequence: set.sequence,
    at: timestamp(context.clock),
    by: context.session.actor().who,
    volumes: set.volumes,
    payloadBytes: set.parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    releases: set.releases.map(({ model, version }) => ({ model, version })),
    deltaOf: set.delta?.receiptId ?? null,
  };
}
