import type {
  CustodyEvent,
  ListedTransfer,
  Medium,
  MediumEvent,
  MediumName,
} from '#shared/contract/transfers.ts';
import { listNumbers } from '#renderer/lib/set-checks.ts';

/** A medium by its label and serial number; empty when it has neither. */
export function describeMedium({ label, serial }: MediumName): string {
  const name = label === '' ? 'a medium without a label' : label;
  if (serial === null) return label === '' ? '' : label;
  return `${name} (serial ${serial})`;
}

/** A medium of the register by its label, and its serial number where it has one. */
export function nameOfMedium({
  label,
  knownBy,
  knownAs,
}: Pick<Medium, 'label' | 'knownBy' | 'knownAs'>): string {
  return describeMedium({ label, serial: knownBy === 'serial' ? knownAs : null }) || knownAs;
}

/** By what a medium is told from others. */
export const knownByWords = {
  serial: 'serial number',
  'file-system': 'id of its file system',
  'label-and-size': 'label and size',
} as const;

/** What is uncertain about a medium that tells no serial number. */
export const knownByCautions = {
  'file-system': 'It tells no serial number: once it is formatted anew, it counts as another medium.',
  'label-and-size': 'It tells no number at all: another medium with this label and size counts as the same.',
} as const;

function whichVolume(volume: number | null): string {
  return volume === null ? 'the set' : `volume ${volume}`;
}

function howProven(readBack: CustodyEvent['readBack']): string {
  return `read back ${readBack === 'direct' ? 'past' : 'through'} the page cache, every byte as written`;
}

/** One entry of a set's custody log as a sentence: who had the media when. */
export function custodySentence(event: CustodyEvent): string {
  const { by, site, volume, to, medium, readBack } = event;
  const on = medium === null || describeMedium(medium) === '' ? '' : `, on ${describeMedium(medium)}`;
  switch (event.event) {
    case 'made':
      return `${by} made the set at ${site}`;
    case 'written':
      return `${by} wrote ${whichVolume(volume)} at ${site}${on}`;
    case 'proven':
      return `${by} proved ${whichVolume(volume)} at ${site}: ${howProven(readBack)}`;
    case 'handed-over':
      return `${by} of ${site} handed ${whichVolume(volume)} over to ${to ?? 'somebody'}${on}`;
    case 'received':
      return `${by} received ${whichVolume(volume)} at ${site}${on}`;
  }
}

/** Where a set stands by the newest entries of its custody log, in a few words; volumes with the same fate are told together. */
export function transferState({
  direction,
  volumes,
  last,
}: Pick<ListedTransfer, 'direction' | 'volumes' | 'last'>): string {
  const fates = new Map<string, (number | null)[]>();
  for (const event of last) {
    const fate = fateOf(direction, event);
    fates.set(fate, [...(fates.get(fate) ?? []), event.volume]);
  }
  if (fates.size === 0) return direction === 'out' ? 'written' : 'taken in';
  const told = [...fates].map(([fate, about]) => {
    const numbers = about.filter((number) => number !== null);
    return numbers.length === volumes || numbers.length < about.length
      ? fate
      : `${numbers.length === 1 ? 'volume' : 'volumes'} ${listNumbers(numbers)} ${fate}`;
  });
  return told.join('; ');
}

function fateOf(direction: ListedTransfer['direction'], { event, to, site }: CustodyEvent): string {
  switch (event) {
    case 'made':
    case 'written':
    case 'proven':
      return direction === 'out' ? 'written, not handed over' : 'taken in';
    case 'handed-over':
      return `handed over to ${to ?? 'somebody'}`;
    case 'received':
      return direction === 'in' ? 'taken in' : `received at ${site}`;
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
