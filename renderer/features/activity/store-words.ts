import type { DamagedBlob, FixityStatus } from '#shared/contract/fixity.ts';
import type { Verdict } from '#shared/contract/evidence.ts';
import { formatNoun } from '#shared/format/bytes.ts';

/** How the store is, as a mark and its words. What was never read is not checked, whatever else is known. */
export function describeAge(status: Pick<FixityStatus, 'damaged' | 'neverRead' | 'blobs' | 'due'>): {
  verdict: Verdict;
  label: string;
} {
  const { damaged, neverRead, blobs, due } = status;
  if (damaged.length > 0)
    return { verdict: 'failed', label: `${formatNoun(damaged.length, 'blob')} not as published` };
  if (blobs === 0) return { verdict: 'not-checked', label: 'nothing is stored yet' };
  if (neverRead > 0)
    return {
      verdict: 'not-checked',
      label: `${formatNoun(neverRead, 'blob')} of ${blobs} never read since coming in`,
    };
  if (due.blobs > 0) return { verdict: 'warning', label: `${formatNoun(due.blobs, 'blob')} due to be read` };
  return { verdict: 'verified', label: 'every blob as published when it was last read' };
}

/** What is wrong with a blob, in a word or two. */
export const damageWords: Record<DamagedBlob['what'], string> = {
  damaged: 'damaged',
  missing: 'missing',
  unreadable: 'cannot be read',
  'chunk-list': 'chunk list wrong',
};

/** Where a blob differs, e.g. `bytes 16777216-33554431 and 2 more ranges`. */
export function describeRanges({ ranges, what }: Pick<DamagedBlob, 'ranges' | 'what'>): string {
  const [first] = ranges;
  if (first === undefined) return what === 'missing' ? 'all of it' : '';
  const more = ranges.length === 1 ? '' : ` and ${formatNoun(ranges.length - 1, 'more range')}`;
  return `bytes ${first.start}-${first.end}${more}`;
}
