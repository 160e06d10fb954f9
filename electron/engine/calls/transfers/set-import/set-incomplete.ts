import type { IncomingBlob } from '#engine/bundle/incoming-blob.ts';
import type { OpenedSet } from '#engine/bundle/open-set.ts';
import { type PartTrouble, troublesError } from '#engine/bundle/part-digest.ts';
import { stateOf } from '#engine/bundle/receive.ts';
import type { TransferSet } from '#engine/bundle/set-statement.ts';
import { WaitsForMedium } from '#engine/jobs/waits-for-medium.ts';

/** What ends the job for now: a wait for volumes that help, or one error that names everything that is wrong. */
export function setIncomplete(
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
