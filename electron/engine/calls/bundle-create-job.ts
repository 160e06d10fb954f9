import path from 'node:path';
import { z } from 'zod';
import { type Digest, ReleaseRef, Timestamp } from '#shared/contract/basics.ts';
import type { JobResult } from '#shared/contract/jobs.ts';
import { controlSizes, newSetId, planDraft, type SetDraft } from '#engine/bundle/make-set.ts';
import { setFolderName } from '#engine/bundle/names.ts';
import type { BlobSource } from '#engine/bundle/payload-writer.ts';
import type { PlanLimits, SetPlan } from '#engine/bundle/plan.ts';
import { relyOnReceipt } from '#engine/bundle/receipt.ts';
import { removeLeftovers, writeSet, type WrittenSet } from '#engine/bundle/write-set.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { digestOf } from '#engine/core/digest.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import { spaceOf } from '#engine/media/folder-volume.ts';
import { nearestExisting, refuseWithoutRoom } from '#engine/media/target-room.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import { parseManifest } from '#engine/store/manifest.ts';
import type { EngineContext } from '../context.ts';
import { findRelease } from './find-release.ts';
import { readReceipt } from './read-receipt.ts';

/** What a set is to be made of and where it goes; kept with the job. */
export const BundleCreateParams = z.object({
  releases: z.array(ReleaseRef),
  target: z.string(),
  volumeBytes: z.number().nullable(),
  maxFileBytes: z.number().nullable(),
  /** File of the receipt that a delta is made against. */
  since: z.string().nullable(),
});
export type BundleCreateParams = z.infer<typeof BundleCreateParams>;

/** Who the set is: settled before the first byte, so that a resumed job clears away exactly what it began. */
const Checkpoint = z.object({ setId: z.string(), sequence: z.number(), createdAt: Timestamp });
type Checkpoint = z.infer<typeof Checkpoint>;

const FOLDERS_A_VOLUME = 5;

/** Writes releases of this site as a signed transfer set, reads it back, and puts it on record. */
export async function runBundleCreate(
  context: EngineContext,
  job: JobContext,
  params: BundleCreateParams,
): Promise<JobResult<'bundle-create'>> {
  const signer = context.session.signer();
  const identity = identityOf(context, job);
  const releases = params.releases.map((ref) => sendable(context, ref));
  const draft = await makeDraft(context, releases, identity, params.since);
  const plan = planDraft(draft, await limitsOf(params), signer);
  const targets = targetsOf(params, plan);
  await removeLeftovers(draft.setId, targets);
  await refuseWithoutRoom(plannedWrites(plan, targets, controlSizes(draft, plan, signer)));
  const written = await writeSet({
    draft,
    plan,
    targets,
    source: sourceOf(context, releases),
    signer,
    pool: context.pool,
    clock: context.clock,
    signal: job.signal,
    progress: job.progress,
  });
  const payloadBytes = plan.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  record(context, draft, written, payloadBytes);
  return {
    setId: draft.setId,
    sequence: draft.sequence,
    volumes: written.volumes.map(({ number, folder, sizeBytes }) => {
      return { number, location: context.locations.issue(folder), sizeBytes };
    }),
    payloadBytes,
    bytesLeftOut: draft.blobs
      .filter(({ digest }) => draft.leftOut.has(digest))
      .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    readBack: 'page-cache',
  };
}

function identityOf(context: EngineContext, job: JobContext): Checkpoint {
  const earlier = Checkpoint.safeParse(job.checkpoint);
  if (earlier.success) return earlier.data;
  const fresh = {
    setId: newSetId(),
    sequence: reserveSequence(context, context.site()),
    createdAt: timestamp(context.clock),
  };
  job.saveCheckpoint(fresh);
  return fresh;
}

/** Taken when a set begins, so that no two sets ever bear one number; a set that is not finished leaves a gap. */
function reserveSequence({ registry }: EngineContext, site: string): number {
  const key = `bundle.sequence.${site}`;
  return registry.transaction(() => {
    const reserved = Number(registry.settings.get(key) ?? '0');
    const sequence = Math.max(reserved + 1, registry.transfers.nextSequence(site));
    registry.settings.set(key, String(sequence));
    return sequence;
  });
}

function sendable(
  context: EngineContext,
  { model, version }: { model: string; version: string },
): ReleaseRow {
  const release = findRelease(context.registry, model, version);
  if (release.state !== 'revoked') return release;
  throw new AppError('RELEASE-REVOKED', `${model}@${version} is revoked and does not leave this site.`, {
    path: `${model}@${version}`,
    state: 'Nothing was written.',
  });
}

async function makeDraft(
  context: EngineContext,
  releases: readonly ReleaseRow[],
  identity: Checkpoint,
  since: string | null,
): Promise<SetDraft> {
  const blobs = new Map<Digest, { digest: Digest; sizeBytes: number }>();
  const described = releases.map((release) => {
    const { files, configDigest, configSizeBytes } = parseManifest(release.manifest);
    const own = [
      { digest: release.manifestDigest, sizeBytes: Buffer.byteLength(release.manifest) },
      { digest: configDigest, sizeBytes: configSizeBytes },
      ...files.map(({ digest, sizeBytes }) => ({ digest, sizeBytes })),
    ];
    for (const blob of own) if (!blobs.has(blob.digest)) blobs.set(blob.digest, blob);
    const { model, version, manifestDigest, sizeBytes } = release;
    return { model, version, manifestDigest, sizeBytes, blobs: [...new Set(own.map((blob) => blob.digest))] };
  });
  const manifests = new Set(releases.map((release) => release.manifestDigest));
  const { leftOut, delta } = await leaveOut(context, [...blobs.values()], manifests, since);
  return {
    ...identity,
    origin: context.site(),
    releases: described,
    blobs: [...blobs.values()],
    leftOut,
    delta,
    by: context.session.actor().who,
  };
}

/** What the receipt lists need not travel; manifests always do, since they say what a release is. */
async function leaveOut(
  context: EngineContext,
  blobs: readonly { digest: Digest; sizeBytes: number }[],
  manifests: ReadonlySet<Digest>,
  since: string | null,
): Promise<Pick<SetDraft, 'leftOut' | 'delta'>> {
  if (since === null) return { leftOut: new Set(), delta: null };
  const bytes = await readReceipt(context, since);
  const receipt = relyOnReceipt(bytes, context.registry.anchors.list(), context.clock.now());
  const held = new Map(receipt.blobs.map((blob) => [blob.digest, blob.sizeBytes]));
  const leftOut = blobs
    .filter(({ digest, sizeBytes }) => held.get(digest) === sizeBytes && !manifests.has(digest))
    .map(({ digest }) => digest);
  const delta = { receiptId: receipt.receiptId, receiptDigest: digestOf(bytes), site: receipt.site };
  return { leftOut: new Set(leftOut), delta };
}

/** Parts are never larger than the target's file system can hold, whatever was asked for. */
async function limitsOf({ target, volumeBytes, maxFileBytes }: BundleCreateParams): Promise<PlanLimits> {
  const space = await spaceOf(await nearestExisting(target));
  const limit = Math.min(maxFileBytes ?? Infinity, space.maxFileBytes ?? Infinity);
  return { volumeBytes, maxFileBytes: limit === Infinity ? null : limit };
}

function targetsOf({ target, volumeBytes }: BundleCreateParams, plan: SetPlan): string[] {
  if (volumeBytes === null) return [target];
  return Array.from({ length: plan.volumes }, (_, n) => path.join(target, `volume-${n + 1}`));
}

function plannedWrites(plan: SetPlan, targets: readonly string[], controls: readonly (readonly number[])[]) {
  return targets.map((folder, n) => {
    const payload = plan.parts.filter((part) => part.volume === n + 1).map((part) => part.sizeBytes);
    return { folder, fileSizes: [...payload, ...(controls[n] ?? [])], folders: FOLDERS_A_VOLUME };
  });
}

function sourceOf(context: EngineContext, releases: readonly ReleaseRow[]): BlobSource {
  const manifests = new Map(
    releases.map((release) => [release.manifestDigest, Buffer.from(release.manifest)]),
  );
  return async (digest) => {
    const manifest = manifests.get(digest);
    if (manifest !== undefined) return manifest;
    const row = context.registry.blobs.get(digest);
    if (row === null || !(await context.blobs.has(digest))) return null;
    return { file: context.blobs.pathOf(digest), sizeBytes: row.sizeBytes, chunks: row.chunks };
  };
}

function record(context: EngineContext, draft: SetDraft, written: WrittenSet, payloadBytes: number): void {
  const { setId, sequence, releases, delta, by } = draft;
  const subjects = [
    { name: 'set.dsse.json', digest: written.controlDigest },
    ...releases.map(({ model, version, manifestDigest }) => ({
      name: `${model}@${version}`,
      digest: manifestDigest,
    })),
  ];
  const details = {
    set: setId,
    sequence: String(sequence),
    volumes: String(written.volumes.length),
    ...(delta === null ? {} : { deltaAgainst: delta.receiptId }),
  };
  context.govern({ act: 'bundle.create', object: setFolderName(setId), subjects, details }, () =>
    context.registry.transfers.add({
      setId,
      direction: 'out',
      site: draft.origin,
      sequence,
      at: timestamp(context.clock),
      by,
      volumes: written.volumes.length,
      payloadBytes,
      releases: releases.map(({ model, version }) => ({ model, version })),
      deltaOf: delta?.receiptId ?? null,
    }),
  );
  context.changed('transfers', 'audit');
}
