import type { Job } from '#shared/contract/jobs.ts';
import type { SetInspection } from '#shared/contract/transfers.ts';
import { listNumbers, missingVolumes } from '#renderer/lib/set-checks.ts';

/** The word beside the mark of a set's contents while volumes are not here, and what is waited for, to follow the summary. */
export function contentsWords(
  set: Pick<SetInspection, 'volumes' | 'volumesPresent'>,
  importJob: Pick<Job, 'state' | 'needs'> | undefined,
): { word: string; awaited: string } {
  if (importJob?.state === 'waiting' && importJob.needs !== null)
    return { word: 'waiting', awaited: `; the import waits for ${importJob.needs.sentence}` };
  const missing = missingVolumes(set);
  if (missing.length === 0) return { word: 'incomplete', awaited: '' };
  const verb = missing.length === 1 ? 'volume' : 'volumes';
  return { word: 'incomplete', awaited: `; ${verb} ${listNumbers(missing)} not here yet` };
}

/** Who signed a set's control file, in a few words. */
export function describeSetSigner({
  signature,
  signer,
}: Pick<SetInspection, 'signature' | 'signer'>): string {
  if (signature === 'absent') return 'No signature';
  if (signature === 'invalid') return 'A signature is present and does not hold';
  return signer?.anchor
    ? `Signed by ${signer.anchor.owner}`
    : 'Signed by a key that no anchor of this site knows';
}
