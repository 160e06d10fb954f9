import type { CustodyLog } from '#engine/bundle/custody.ts';
import { firstCustody, noteVolume, type SetDraft } from '#engine/bundle/make-set.ts';
import type { VolumeEnd } from '#engine/bundle/volume-progress.ts';
import type { VolumeState } from './writing-state.ts';

/** The custody log of a set up to a volume, which came as far as `end`; those before it are done. */
export function custodyUpTo(
  draft: SetDraft,
  volumes: readonly VolumeState[],
  number: number,
  end: VolumeEnd,
): CustodyLog {
  const log = firstCustody(draft);
  for (const [n, { medium, done }] of volumes.slice(0, number).entries()) {
    const own = n + 1 === number || done === null ? end : endOf(done);
    noteVolume(log, draft, { volume: n + 1, medium }, own);
  }
  return log;
}

/** How a volume that is done ended. */
export function endOf({
  writtenAt,
  provenAt,
  readBack,
}: Pick<NonNullable<VolumeState['done']>, 'writtenAt' | 'provenAt' | 'readBack'>): VolumeEnd {
  return { writtenAt, proof: { at: provenAt, readBack } };
}
