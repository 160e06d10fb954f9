import { controlReaders } from '#engine/bundle/recognise-readers.ts';
import { recognise } from '#engine/media/recognise.ts';
import { openSource } from '#engine/media/sources/open-source.ts';
import type { FoundVolume } from '#engine/media/found-volume.ts';
import type { Volume } from '#shared/contract/transfers.ts';
import type { CallHandlers, EngineContext } from '../context.ts';

/** What is plugged in, and what lies on it. Nothing here opens payload or writes to a medium. */
export function mediaCalls(context: EngineContext): CallHandlers<'media.volumes' | 'media.recognise'> {
  const { locations, volumes } = context;
  const show = ({ mountPath, ...volume }: FoundVolume): Volume => {
    return { ...volume, location: mountPath === null ? null : locations.issue(mountPath) };
  };
  return {
    'media.volumes': async () => (await volumes.list()).map(show),
    'media.recognise': async ({ source }) =>
      recognise(await openSource(locations.resolve(source), context), controlReaders),
  };
}
