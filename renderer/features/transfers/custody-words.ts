import type { CustodyEvent, ListedTransfer, MediumEvent, MediumName } from '#shared/contract/transfers.ts';

/** A medium by its label and serial number; empty when it has neither. */
export function describeMedium({ label, serial }: MediumName): string {
  const name = label === '' ? 'a medium without a label' : label;
  if (serial === null) return label === '' ? '' : label;
  return `${name} (serial ${serial})`;
}

function whichVolume(volume: number | null): string {
  return volume === null ? 'the set' : `volume ${volume}`;
}

/** One entry of a set's custody log as a sentence: who had the media when. */
export function custodySentence(event: CustodyEvent): string {
  const { by, site, volume, to, medium } = event;
  const on = medium === null || describeMedium(medium) === '' ? '' : `, on ${describeMedium(medium)}`;
  switch (event.event) {
    case 'made':
      return `${by} made the set at ${site}`;
    case 'written':
      return `${by} wrote ${whichVolume(volume)} at ${site}${on}`;
    case 'handed-over':
      return `${by} of ${site} handed ${whichVolume(volume)} over to ${to ?? 'somebody'}${on}`;
    case 'received':
      return `${by} received ${whichVolume(volume)} at ${site}${on}`;
  }
}

/** Where a set stands by the newest entry of its custody log, in a few words. */
export function transferState({ direction, last }: Pick<ListedTransfer, 'direction' | 'last'>): string {
  if (last === null) return direction === 'out' ? 'written' : 'taken in';
  switch (last.event) {
    case 'made':
    case 'written':
      return direction === 'out' ? 'written, not handed over' : 'taken in';
    case 'handed-over':
      return `${last.volume === null ? '' : `volume ${last.volume} `}handed over to ${last.to ?? 'somebody'}`;
    case 'received':
      return direction === 'in' ? 'taken in' : `received at ${last.site}`;
  }
}

/** One entry of a medium's history as a sentence. */
export function mediumSentence({ by, what, setId, volume, detail }: MediumEvent): string {
  const set = setId === null ? '' : ` set ${setId.slice(0, 8)}`;
  const part = setId === null ? '' : volume === null ? set : ` volume ${volume} of${set}`;
  switch (what) {
    case 'written':
      return `${by} wrote${part} to it`;
    case 'received':
      return `${by} took in${part} from it`;
    case 'owner':
      return `${by} entered ${detail} as its owner`;
    case 'handed-over':
      return `${by} handed it over to ${detail}${part === '' ? '' : `, with${part}`}`;
    case 'sanitised':
      return `${by} recorded that it was sanitised: ${detail}`;
  }
}
