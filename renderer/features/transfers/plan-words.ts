import type { PlannedVolume, ReadBack, SetPlan } from '#shared/contract/transfers.ts';
import { formatBytes, formatBytesExactly, formatCount, formatNoun } from '#shared/format/bytes.ts';
import { formatDuration } from '#shared/format/duration.ts';

/** How long a volume takes to be written and read back, or that nobody measured its medium. */
export function describeSeconds(seconds: number | null): string {
  return seconds === null ? 'not measured yet' : formatDuration(seconds);
}

/** What does not fit, to the byte, and how much more of what would do. Null when all fits. */
export function describeMissing({ missing, volumes }: Pick<SetPlan, 'missing' | 'volumes'>): string | null {
  if (missing === null) return null;
  const more = missing.more.map(
    ({ capacityBytes, volumes: count }) =>
      `${formatNoun(count, 'more volume')} of ${formatBytes(capacityBytes)}`,
  );
  const lack = `${formatBytesExactly(missing.bytes)} (${formatBytes(missing.bytes)}) fit nowhere`;
  if (more.length === 0) {
    return volumes.length === 0
      ? `${lack}: there is no room for any part.`
      : `${lack}: another volume is needed.`;
  }
  return `${lack}: ${more.join(', or ')} would do.`;
}

/** The share of a volume that the set takes, 0 to 1. */
export function fillOf({
  usedBytes,
  capacityBytes,
}: Pick<PlannedVolume, 'usedBytes' | 'capacityBytes'>): number {
  return capacityBytes <= 0 ? 1 : Math.min(1, usedBytes / capacityBytes);
}

/** A whole file by its size, a stretch of one by its first and last byte. */
export function describeStretch({
  offset,
  sizeBytes,
  fileBytes,
}: SetPlan['volumes'][number]['contents'][number]): string {
  if (sizeBytes === fileBytes) return 'whole';
  const last = offset + sizeBytes - 1;
  return `bytes ${formatCount(offset)} to ${formatCount(last)} of ${formatCount(fileBytes)}`;
}

/** How written bytes were read back, and what that is worth. */
export const readBackWords: Record<ReadBack, string> = {
  direct: 'from the medium itself, past the page cache',
  'page-cache': 'after it was flushed to the medium; the system may have answered from memory',
};
