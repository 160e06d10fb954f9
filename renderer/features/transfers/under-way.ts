import type { Job } from '#shared/contract/jobs.ts';
import type { VolumeBar } from '#renderer/components/volume-bars.tsx';

/** Does this job write or take in a set? */
export function isSetJob({ kind }: Pick<Job, 'kind'>): boolean {
  return kind === 'bundle-create' || kind === 'bundle-import';
}

/** How far each volume of a set that is being written is; empty while that is not known. Half is written, half is proven. */
export function barsOf({
  phase,
  bytesDone,
  bytesTotal,
}: Pick<Job, 'phase' | 'bytesDone' | 'bytesTotal'>): VolumeBar[] {
  const { volume } = phase;
  if (volume === undefined) return [];
  const share = bytesTotal === null || bytesTotal === 0 ? 0 : Math.min(1, bytesDone / bytesTotal);
  const isProving = phase.index > 1;
  return Array.from({ length: volume.of }, (_, index) => {
    const number = index + 1;
    if (number < volume.number) return { fill: 1, isProven: true };
    if (number > volume.number) return { fill: 0, isProven: false };
    return { fill: isProving ? 0.5 + share / 2 : share / 2, isProven: false };
  });
}
