import path from 'node:path';
import { z } from 'zod';
import { JobLeft, type JobResult } from '#shared/contract/jobs.ts';
import { receivedEvidence, receiveParts } from '#engine/bundle/receive.ts';
import { reach } from '#engine/core/fault-points.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import { refuseWithoutRoom } from '#engine/media/target-room.ts';
import type { EngineContext } from '../../context.ts';
import { examineImport } from '../imports/examine.ts';
import { type GatheredSet, gatherSet } from './gather-set.ts';
import type { ScanToRecord } from '../scan/held-scan.ts';
import { receiveVolume } from './receive-volume.ts';
import { receivedSignatures } from '../trust/received-signatures.ts';
import { admitSet } from './set-import/admit-set.ts';
import { beginArrivals, leftOf, prepareBlobs, shareBlobs } from './set-import/arrivals.ts';
import { readReleases } from './set-import/read-releases.ts';
import { type Finished, recordArrivals } from './set-import/record-arrivals.ts';
import { setIncomplete } from './set-import/set-incomplete.ts';
import { underPolicy } from '../trust/trust-now.ts';

/** Where the volumes of the set are; kept with the job. */
export const BundleImportParams = z.object({
  sources: z.array(z.string()).min(1),
  /** Wait for what is missing instead of failing. */
  wait: z.boolean().default(false),
  /** Why a set is taken that is older than one already accepted. */
  acceptOlder: z.string().nullable().default(null),
});
export type BundleImportParams = z.infer<typeof BundleImportParams>;

/** Which set it is, once that is known: a resumed job goes on with it whatever is plugged in. And what is left of it. */
const Checkpoint = z.object({ setId: z.string(), left: JobLeft.nullable() });

/** What is left of an import, from what it saved; null before that was known. */
export function leftOfImport(checkpoint: unknown): JobLeft | null {
  return Checkpoint.safeParse(checkpoint).data?.left ?? null;
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
  const { set, intake } = await admitSet(context, gathered, params.acceptOlder);
  const source = params.sources.map((place) => path.basename(place)).join(', ');
  const arrivals = beginArrivals(context, set, intake, source);
  context.registry.setControls.keep({
    setId: set.setId,
    direction: 'in',
    revision: set.revision,
    control: opened.control,
  });
  job.saveCheckpoint({ setId: set.setId, left: null });
  reach('receive.begun');
  const incoming = await prepareBlobs(context, set, intake, arrivals);
  const noteLeft = () => job.saveCheckpoint({ setId: set.setId, left: leftOf(incoming) });
  noteLeft();
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
    onPart: noteLeft,
  });
  await noteReceived(context, gathered);
  if (unfinished.length > 0) throw setIncomplete(set, opened, incoming, unfinished, params.wait);

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
  recordArrivals(context, gathered, set, { finished, signatures, incoming, acceptOlder: params.acceptOlder });
  const imports = arrivals.map((arrival) => arrival.importId);
  return { setId: set.setId, imports, bytesCopied, bytesHeld: intake.bytesHeld };
}

/** Who had the media: what the volumes say, and that this site has them now. Nothing is written to them. */
async function noteReceived(context: EngineContext, { opened, supplements }: GatheredSet): Promise<void> {
  for (const { set, volumes } of [opened, ...supplements]) {
    if (set === null) continue;
    for (const volume of volumes) await receiveVolume(context, set, volume);
  }
  context.changed('media');
}
