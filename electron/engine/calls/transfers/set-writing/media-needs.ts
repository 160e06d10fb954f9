import { WaitsForMedium } from '#engine/jobs/waits-for-medium.ts';
import type { SetWork } from './set-work.ts';

/** The wait for the medium of a volume that is planned. */
export function waitForVolume({ standing, drafted }: SetWork, number: number): WaitsForMedium {
  const here = standing.partsOn(number);
  const bytes = here.reduce((sum, part) => sum + part.sizeBytes, 0);
  const medium = standing.volume(number)?.medium ?? { label: '', serial: null };
  const sentence = `the medium for volume ${number} of ${standing.state.volumes.length}`;
  const volumes = [{ number, ...medium, bytes, files: here.length }];
  const { setId } = drafted.draft;
  return new WaitsForMedium({ kind: 'write', sentence, setId, volumes, bytes, troubles: [] });
}

/** The wait for any medium that takes what fits nowhere. */
export function waitForRoom({ drafted }: SetWork, bytes: number): WaitsForMedium {
  const sentence = `another medium with room for ${bytes} bytes`;
  const { setId } = drafted.draft;
  return new WaitsForMedium({ kind: 'write', sentence, setId, volumes: [], bytes, troubles: [] });
}
