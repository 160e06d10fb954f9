import { z } from 'zod';
import { Digest, Timestamp } from '#shared/contract/basics.ts';
import type { JobLeft } from '#shared/contract/jobs.ts';
import { MediumName, ReadBack } from '#shared/contract/transfers.ts';
import { newSetId } from '#engine/bundle/make-set.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import type { Signer } from '#engine/core/signer.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import type { EngineContext } from '../../../context.ts';
import { SetPlace, type SetPlaces } from '../set-places.ts';

const DoneVolume = z.object({
  folder: z.string(),
  sizeBytes: z.number(),
  writtenAt: Timestamp,
  provenAt: Timestamp,
  readBack: ReadBack,
  writeBytesPerSecond: z.number().nullable(),
  readBytesPerSecond: z.number().nullable(),
});

const VolumeState = z.object({
  /** Which of the places it is to lie at; null for image folders. */
  choice: z.number().nullable(),
  medium: MediumName,
  /** What was written and proven; null until all of it is. */
  done: DoneVolume.nullable(),
});

/** Where the writing of a set stands; the job's checkpoint. */
const StoredState = z.object({
  /** Settled before the first byte; a resumed job goes on with the same set. */
  identity: z.object({ setId: z.string(), sequence: z.number(), createdAt: Timestamp, by: z.string() }),
  fingerprint: z.string(),
  /** Places in the order of use; offered ones come last. */
  places: z.array(SetPlace),
  /** Places that are not to be used any more. */
  spent: z.array(z.number()),
  offersSeen: z.number(),
  /** Of the newest signed control file; 0 before the first. */
  revision: z.number(),
  volumes: z.array(VolumeState),
  parts: z.array(
    z.object({
      blob: Digest,
      index: z.number(),
      offset: z.number(),
      sizeBytes: z.number(),
      volume: z.number(),
      path: z.string(),
      isWhole: z.boolean(),
    }),
  ),
  /** The volumes and parts are all there are to be; otherwise the rest has to be planned. */
  isPlanned: z.boolean(),
  /** How far the first volume that is not done came. */
  current: z
    .object({
      writtenAt: Timestamp.nullable(),
      proven: z.number(),
      readBack: ReadBack,
      provenAt: Timestamp.nullable(),
    })
    .nullable(),
});
export type WritingState = z.infer<typeof StoredState>;
export type VolumeState = WritingState['volumes'][number];

/** The state of an earlier run of the job, or a fresh one with a set id and a number of its own. Throws KEY-LOCKED. */
export function openWritingState(
  context: EngineContext,
  job: JobContext,
  { places }: { readonly places: SetPlaces },
  signer: Signer,
): WritingState {
  const earlier = StoredState.safeParse(job.checkpoint);
  if (earlier.success) {
    refuseOtherKey(earlier.data.fingerprint, signer);
    return earlier.data;
  }
  const fresh: WritingState = {
    identity: {
      setId: newSetId(),
      sequence: reserveSequence(context, context.site()),
      createdAt: timestamp(context.clock),
      by: context.session.actor().who,
    },
    fingerprint: signer.fingerprint,
    places: places.media,
    spent: [],
    offersSeen: 0,
    revision: 0,
    volumes: [],
    parts: [],
    isPlanned: false,
    current: null,
  };
  job.saveCheckpoint(fresh);
  return fresh;
}

/** Finished volumes bear that key's signature, and all volumes of a set must bear the same. */
function refuseOtherKey(fingerprint: string, signer: Signer): void {
  if (fingerprint === signer.fingerprint) return;
  throw new AppError('KEY-LOCKED', 'The set was begun with another key.', {
    expected: fingerprint,
    found: signer.fingerprint,
    next: 'Unlock the key that the set was begun with, and resume the job.',
  });
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

/** The key that a set was begun with, from what its job saved; null before that. */
export function keyOfWriting(checkpoint: unknown): string | null {
  return StoredState.safeParse(checkpoint).data?.fingerprint ?? null;
}

/** What is not written and proven yet; null while the set is not planned. */
export function leftOfWriting(checkpoint: unknown): JobLeft | null {
  const state = StoredState.safeParse(checkpoint).data;
  if (state === undefined || !state.isPlanned) return null;
  const left = state.parts.filter((part) => state.volumes[part.volume - 1]?.done == null);
  return { bytes: left.reduce((sum, part) => sum + part.sizeBytes, 0), files: left.length };
}
