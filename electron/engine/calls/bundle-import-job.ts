import { link, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Digest } from '#shared/contract/basics.ts';
import type { JobResult } from '#shared/contract/jobs.ts';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import { IncomingBlob } from '#engine/bundle/incoming-blob.ts';
import { type Intake, planIntake, type SetRelease } from '#engine/bundle/intake.ts';
import { setFolderName } from '#engine/bundle/names.ts';
import type { OpenedSet } from '#engine/bundle/open-set.ts';
import { type PartTrouble, troublesError } from '#engine/bundle/part-digest.ts';
import { receivedEvidence, receiveParts, stateOf } from '#engine/bundle/receive.ts';
import { type ReceivedRelease, readReceivedRelease } from '#engine/bundle/received-release.ts';
import { refuseFailed } from '#engine/bundle/refuse.ts';
import { locateParts, type TransferSet } from '#engine/bundle/set-statement.ts';
import { releaseSignatureSubject } from '#engine/audit/records.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { reach } from '#engine/core/fault-points.ts';
import { timestamp } from '#engine/core/clock.ts';
import { hexOf } from '#engine/core/digest.ts';
import { newId } from '#engine/core/ids.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import { WaitsForMedium } from '#engine/jobs/waits-for-medium.ts';
import { refuseWithoutRoom } from '#engine/media/target-room.ts';
import type { ImportRow } from '#engine/registry/imports.ts';
import type { EngineContext } from '../context.ts';
import { examineImport } from './examine.ts';
import type { ScanToRecord } from './held-scan.ts';
import { blobsWith, type ReceivedSignature, receivedSignatures } from './received-signatures.ts';
import { gatherSet, type GatheredSet, refuseBadSupplement } from './gather-set.ts';
import { receiveVolume } from './receive-volume.ts';
import { quarantineImport } from './quarantine-import.ts';
import { underPolicy } from './trust-now.ts';

/** Where the volumes of the set are; kept with the job. */
export const BundleImportParams = z.object({
  sources: z.array(z.string()).min(1),
  /** Wait for what is missing instead of failing. */
  wait: z.boolean().default(false),
  /** Why a set is taken that is older than one already accepted. */
  acceptOlder: z.string().nullable().default(null),
});
export type BundleImportParams = z.infer<typeof BundleImportParams>;

/** Which set it is, once that is known: a resumed job goes on with it whatever is plugged in. */
const Checkpoint = z.object({ setId: z.string() });

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
  job.progress.phase('checking the control files', 1, 4, null);
  const setId = Checkpoint.safeParse(job.checkpoint).data?.setId ?? null;
  const gathered = await gatherSet(context, params.sources, { setId, lenient: params.wait });
  const { opened, supplements } = gathered;
  const { set, intake } = await admit(context, gathered, params.acceptOlder);
  const source = params.sources.map((place) => path.basename(place)).join(', ');
  const arrivals = beginArrivals(context, set, intake, source);
  context.registry.setControls.keep({
    setId: set.setId,
    direction: 'in',
    revision: set.revision,
    control: opened.control,
  });
  job.saveCheckpoint({ setId: set.setId });
  reach('receive.begun');
  const incoming = await prepareBlobs(context, set, intake, arrivals);
  await refuseWithoutRoom([
    { folder: context.home.quarantine, fileSizes: incoming.map((blob) => blob.missingBytes), folders: 1 },
  ]);
  const { signal, progress } = job;
  const { bytesCopied, recovered, unfinished } = await receiveParts({
    opened,
    supplements,
    incoming,
    devices: context.devices,
    signal,
    progress,
  });
  await noteReceived(context, gathered);
  if (unfinished.length > 0) throw incomplete(set, opened, incoming, unfinished, params.wait);

  const due = arrivals.filter((arrival) => !arrival.isDone);
  const releases = await readReleases(context, set, due, incoming);
  for (const arrival of due) await shareBlobs(context, arrival, incoming);
  reach('receive.shared');
  const scans: ScanToRecord[] = [];
  for (const [n, arrival] of due.entries()) {
    const { model, version, manifestDigest } = arrival.release;
    const files = releases[n]?.files ?? [];
    const held = { importId: arrival.importId, name: `${model}@${version}`, manifestDigest, files };
    scans.push(await examineImport(context, job, held, { index: 4, count: 4 }));
  }
  const signatures = await receivedSignatures(context, { set, due, releases, incoming });
  const finished = due.flatMap((arrival, n): Finished[] => {
    const scan = scans[n];
    if (scan === undefined) return [];
    const files = opened.parts.filter((part) => arrival.release.blobs.includes(part.blob)).length;
    const report = receivedEvidence(opened, intake.checks, recovered, files, context.floor.now());
    const brought = signatures.filter(({ subject }) => subject === arrival.release.manifestDigest);
    const checks = [...report.checks, ...brought.map(({ check }) => check)];
    const evidence = underPolicy(context, { ...report, checks }, { model: arrival.release.model });
    return [{ arrival, release: releases[n], evidence, scan }];
  });
  finish(context, gathered, set, { finished, signatures, incoming, acceptOlder: params.acceptOlder });
  const imports = arrivals.map((arrival) => arrival.importId);
  return { setId: set.setId, imports, bytesCopied, bytesHeld: intake.bytesHeld };
}

/** Everything that can refuse the set before a byte of payload is read. A refusal is put on record. */
async function admit(
  context: EngineContext,
  { opened, supplements }: GatheredSet,
  acceptOlder: string | null,
): Promise<{ set: TransferSet; intake: Intake }> {
  const state = 'Nothing was read but the control files, and nothing was taken in.';
  try {
    refuseFailed(opened.checks, state);
    const { set } = opened;
    if (set === null) throw new AppError('FORMAT-INVALID', 'The control file cannot be read.', { state });
    for (const supplement of supplements) refuseBadSupplement(supplement, set, state);
    const intake = await planIntake(set, context, acceptOlder);
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

/** What ends the job for now: a wait for volumes that help, or one error that names everything that is wrong. */
function incomplete(
  set: TransferSet,
  opened: OpenedSet,
  incoming: readonly IncomingBlob[],
  unfinished: readonly PartTrouble[],
  wait: boolean,
): Error {
  if (!wait) return troublesError(unfinished, stateOf(incoming), set.setId);
  const numbers = [...new Set(unfinished.map(({ part }) => part.volume))].sort((a, b) => a - b);
  const volumes = numbers.map((number) => {
    const parts = unfinished.filter(({ part }) => part.volume === number).map(({ part }) => part);
    const bytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
    const medium = set.media[number - 1] ?? { label: '', serial: null };
    return { number, ...medium, bytes, files: parts.length };
  });
  const present = new Set(opened.volumes.map((volume) => volume.number));
  const wanted = volumes.filter(({ number }) => !present.has(number));
  const named = (wanted.length > 0 ? wanted : volumes).map(
    ({ number, label }) => `volume ${number} of ${set.volumes}${label === '' ? '' : ` (label ${label})`}`,
  );
  const troubles = unfinished
    .filter(({ check }) => check.id !== 'files.missing')
    .map(({ check }) => check.detail ?? '');
  return new WaitsForMedium({
    kind: 'read',
    sentence: named.join(', or '),
    setId: set.setId,
    volumes,
    bytes: incoming.reduce((sum, blob) => sum + blob.missingBytes, 0),
    troubles,
  });
}

/** Who had the media: what the volumes say, and that this site has them now. Nothing is written to them. */
async function noteReceived(context: EngineContext, { opened, supplements }: GatheredSet): Promise<void> {
  for (const { set, volumes } of [opened, ...supplements]) {
    if (set === null) continue;
    for (const volume of volumes) await receiveVolume(context, set, volume);
  }
  context.changed('media');
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
  set: TransferSet,
  intake: Intake,
  arrivals: readonly Arrival[],
): Promise<IncomingBlob[]> {
  const located = locateParts(set);
  const incoming: IncomingBlob[] = [];
  for (const blob of intake.wanted) {
    const owner = arrivals.find(
      ({ isDone, release }) => !isDone && blobsWith(set, release).includes(blob.digest),
    );
    if (owner === undefined) continue;
    const folder = await context.quarantine.create(owner.importId);
    const parts = located.filter((part) => part.blob === blob.digest);
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
  readonly scan: ScanToRecord;
}

interface Outcome {
  readonly finished: readonly Finished[];
  readonly signatures: readonly ReceivedSignature[];
  readonly incoming: readonly IncomingBlob[];
  readonly acceptOlder: string | null;
}

/** Files, evidence and the accepted set in one transaction: before it nothing can be published, after it all can. */
function finish(
  context: EngineContext,
  { supplements }: GatheredSet,
  set: TransferSet,
  { finished, signatures, incoming, acceptOlder }: Outcome,
): void {
  const { registry } = context;
  const arrived = new Map(incoming.map((blob) => [blob.digest, blob.chunks]));
  const chunksOf = (digest: Digest) => arrived.get(digest) ?? registry.blobs.get(digest)?.chunks ?? [];
  const quarantined = finished.map(({ arrival, release, evidence, scan }) => {
    const { model, version, manifestDigest } = arrival.release;
    const name = `${model}@${version}`;
    const manifest = release?.manifest ?? '';
    return quarantineImport(context, {
      importId: arrival.importId,
      name,
      manifest,
      manifestDigest,
      evidence,
      scan,
    });
  });
  const named = set.releases.map(({ model, version, manifestDigest }) => {
    return { name: `${model}@${version}`, digest: manifestDigest };
  });
  const kept = signatures.flatMap(({ row }) => row ?? []);
  const subjects = [
    ...named,
    ...quarantined.flatMap(({ records }) => records),
    ...kept.map(releaseSignatureSubject),
  ];
  const details = {
    set: set.setId,
    origin: set.origin,
    sequence: String(set.sequence),
    imports: finished.map(({ arrival }) => arrival.importId).join(' '),
    ...(acceptOlder === null ? {} : { accepted: 'older' }),
  };
  const act = { act: 'bundle.import', object: setFolderName(set.setId), subjects, details };
  context.govern(acceptOlder === null ? act : { ...act, reason: acceptOlder }, () => {
    for (const { arrival, release } of finished) {
      const { importId } = arrival;
      for (const file of release?.files ?? []) {
        registry.imports.addFile(importId, { ...file, chunks: chunksOf(file.digest) });
      }
    }
    for (const { write } of quarantined) write();
    for (const row of kept) registry.releaseSignatures.add(row);
    context.floor.raise(set.createdAt, `set ${set.sequence} of ${set.origin}`);
    for (const each of [set, ...supplements.flatMap((supplement) => supplement.set ?? [])])
      registry.transfers.add(received(context, each));
  });
  reach('receive.recorded');
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
