import { mediumEventSubject } from '#engine/audit/records.ts';
import { timestamp } from '#engine/core/clock.ts';
import { controlReaders } from '#engine/bundle/recognise-readers.ts';
import { recognise } from '#engine/media/recognise.ts';
import { openSource } from '#engine/media/sources/open-source.ts';
import type { FoundVolume } from '#engine/media/found-volume.ts';
import type { MediumDetail, MediumEvent, Volume } from '#shared/contract/transfers.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { findMedium, mediumDetails, seeMedia } from './media-register.ts';

type Names =
  | 'media.volumes'
  | 'media.recognise'
  | 'media.register'
  | 'media.medium'
  | 'media.setOwner'
  | 'media.handOver'
  | 'media.sanitise';

/** What is plugged in, and what lies on it. Nothing here opens payload or writes to a medium. */
export function mediaCalls(context: EngineContext): CallHandlers<Names> {
  const { locations, volumes } = context;
  const show = ({ mountPath, ...volume }: FoundVolume): Volume => {
    return { ...volume, location: mountPath === null ? null : locations.issue(mountPath) };
  };
  return {
    'media.volumes': async () => {
      const found = await volumes.list();
      seeMedia(context, found);
      return found.map(show);
    },
    'media.register': () => context.registry.media.list(),
    'media.medium': ({ id }) => describeMedium(context, id),
    'media.setOwner': ({ id, owner, reason }) =>
      changeMedium(context, id, { act: 'media.owner', what: 'owner', detail: owner, reason }),
    'media.handOver': ({ id, to, reason }) =>
      changeMedium(context, id, { act: 'media.handover', what: 'handed-over', detail: to, reason }),
    'media.sanitise': ({ id, method, reason }) =>
      changeMedium(context, id, { act: 'media.sanitise', what: 'sanitised', detail: method, reason }),
    'media.recognise': async ({ source }) =>
      recognise(await openSource(locations.resolve(source), context), controlReaders),
  };
}

function describeMedium(context: EngineContext, id: string): MediumDetail {
  return { ...findMedium(context, id), history: context.registry.media.history(id) };
}

/** A governed act about a medium alone; it stands in the medium's history and in the audit log, or in neither. */
function changeMedium(
  context: EngineContext,
  id: string,
  { act, what, detail, reason }: Pick<MediumEvent, 'what' | 'detail' | 'reason'> & { act: string },
): MediumDetail {
  const medium = findMedium(context, id);
  const by = context.session.actor().who;
  const event = { at: timestamp(context.clock), by, what, setId: null, volume: null, detail, reason };
  const details = { ...mediumDetails(medium), [what]: detail };
  const subjects = [mediumEventSubject(id, event)];
  context.govern({ act, object: id, subjects, reason, details }, () =>
    context.registry.media.addEvent(id, event),
  );
  context.changed('media', 'audit');
  return describeMedium(context, id);
}
