import { CustodyLog } from '#engine/bundle/custody.ts';
import { CUSTODY_FILE, setFolderName } from '#engine/bundle/names.ts';
import type { TransferSet } from '#engine/bundle/set-statement.ts';
import type { SetVolume } from '#engine/bundle/set-volume.ts';
import { timestamp } from '#engine/core/clock.ts';
import { MediaFolder } from '#engine/media/media-folder.ts';
import { MAX_ENVELOPE_BYTES } from '#engine/trust/dsse.ts';
import type { EngineContext } from '../../context.ts';
import { custodyLines, mediumOf, mediumUse } from './media-register.ts';
import { custodyOf } from './transfers.ts';

/**
 * Merges the custody log of a volume at hand into what this site knows of the set, and adds, once, that the volume was
 * received here. The medium is not written to.
 */
export async function receiveVolume(
  context: EngineContext,
  set: TransferSet,
  { number, folder }: SetVolume,
): Promise<void> {
  const { setId } = set;
  const log = custodyOf(context, setId);
  const bytes = await folder.read(CUSTODY_FILE, MAX_ENVELOPE_BYTES).catch(() => null);
  const travelled = bytes === null ? null : CustodyLog.parse(bytes, setId);
  if (travelled instanceof CustodyLog) log.merge(travelled);
  const site = context.site();
  const isNoted = log.events.some(
    (event) => event.event === 'received' && event.site === site && event.volume === number,
  );
  const hand = folder instanceof MediaFolder ? await mediumOf(context, folder.root).catch(() => null) : null;
  if (!isNoted) {
    const by = context.session.actor().who;
    const at = timestamp(context.clock);
    const medium = hand === null || !hand.isListed ? {} : { medium: { ...hand.name } };
    log.append({ event: 'received', at, by, site, volume: number, ...medium }, setId);
  }
  const detail = `volume ${number} of ${set.volumes} from ${set.origin}`;
  const about = { setId, volume: number, detail, reason: '' };
  const rows = [
    custodyLines(context, setId, log.rows),
    ...(isNoted || hand?.medium == null ? [] : [mediumUse(context, hand.medium, 'received', about)]),
  ];
  const subjects = rows.flatMap((each) => each.subjects);
  if (subjects.length === 0) return;
  const details = { set: setId, volume: String(number), volumes: String(set.volumes), origin: set.origin };
  context.govern({ act: 'bundle.receive', object: setFolderName(setId), subjects, details }, () => {
    for (const each of rows) each.write();
  });
}
