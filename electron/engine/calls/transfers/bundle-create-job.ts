import type { JobResult } from '#shared/contract/jobs.ts';
import type { DraftedSet } from './set-draft.ts';
import { setFolderName } from '#engine/bundle/names.ts';
import type { SignedSet } from '#engine/bundle/make-set.ts';
import { PayloadWriter } from '#engine/bundle/payload-writer.ts';
import { reach } from '#engine/core/fault-points.ts';
import { timestamp } from '#engine/core/clock.ts';
import { digestOf } from '#engine/core/digest.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import type { EngineContext } from '../../context.ts';
import type { BundleCreateParams } from './bundle-create-params.ts';
import { bytesLeftOut } from './bundle-plan.ts';
import { takeOverCustody } from './returned-custody.ts';
import { blobSource, draftSet } from './set-draft.ts';
import { writeSet } from './set-writing/set-writing.ts';
import { Standing } from './set-writing/standing.ts';
import { openWritingState } from './set-writing/writing-state.ts';

/** Writes releases of this site as a signed transfer set, reads it back, and puts it on record. */
export async function runBundleCreate(
  context: EngineContext,
  job: JobContext,
  params: BundleCreateParams,
): Promise<JobResult<'bundle-create'>> {
  const signer = context.session.signer();
  const standing = new Standing(job, openWritingState(context, job, params, signer));
  const drafted = await draftSet(context, params, standing.state.identity);
  if (drafted.returned !== null) takeOverCustody(context, drafted.returned);
  const writer = new PayloadWriter(blobSource(context, drafted.releases), context.pool);
  const work = { context, job, params, drafted, signer, writer, standing };
  const { signed, written } = await writeSet(work);
  const payloadBytes = signed.set.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  record(context, drafted, signed, payloadBytes);
  return {
    setId: signed.set.setId,
    sequence: signed.set.sequence,
    revision: signed.set.revision,
    volumes: written.map(({ number, medium, done }) => ({
      number,
      location: context.locations.issue(done.folder),
      ...medium,
      sizeBytes: done.sizeBytes,
      readBack: done.readBack,
      writeBytesPerSecond: done.writeBytesPerSecond,
      readBytesPerSecond: done.readBytesPerSecond,
    })),
    payloadBytes,
    bytesLeftOut: bytesLeftOut(drafted),
    readBack: written.every(({ done }) => done.readBack === 'direct') ? 'direct' : 'page-cache',
  };
}

function record(
  context: EngineContext,
  { draft }: DraftedSet,
  { set, control }: SignedSet,
  payloadBytes: number,
): void {
  const { setId, sequence, releases, delta, supplements, volumes } = set;
  const subjects = [
    { name: 'set.dsse.json', digest: digestOf(control) },
    ...releases.map(({ model, version, manifestDigest }) => ({
      name: `${model}@${version}`,
      digest: manifestDigest,
    })),
  ];
  const details = {
    set: setId,
    sequence: String(sequence),
    volumes: String(volumes),
    ...(delta === null ? {} : { deltaAgainst: delta.receiptId }),
    ...(supplements === null ? {} : { completes: setFolderName(supplements.setId) }),
  };
  context.govern({ act: 'bundle.create', object: setFolderName(setId), subjects, details }, () =>
    context.registry.transfers.add({
      setId,
      direction: 'out',
      site: draft.origin,
      sequence,
      at: timestamp(context.clock),
      by: draft.by,
      volumes,
      payloadBytes,
      releases: releases.map(({ model, version }) => ({ model, version })),
      deltaOf: delta?.receiptId ?? null,
    }),
  );
  reach('set.recorded');
  context.changed('transfers', 'media', 'audit');
}
