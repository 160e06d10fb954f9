import type { Location, LocationHandle, ReleaseRef } from '#shared/contract/basics.ts';
import type { CallInput } from '#shared/contract/calls.ts';
import type { Volume } from '#shared/contract/transfers.ts';
import { parseSize } from '#shared/format/parse-size.ts';

/** A place that a person chose for a volume, with its limits as they were typed. */
export interface DraftPlace {
  readonly location: Location;
  /** What is plugged in there; null for a folder that was chosen. */
  readonly volume: Pick<Volume, 'label' | 'device' | 'fileSystem' | 'freeBytes' | 'maxFileBytes'> | null;
  /** As typed, gigabytes when it names no unit; empty: all that is free. */
  readonly capacity: string;
}

/** A set as it is being put together; it outlives the place. */
export interface SetDraft {
  /** Releases by `model@version`. */
  readonly chosen: ReadonlySet<string>;
  readonly places: readonly DraftPlace[];
  /** Size of one image folder as typed; null: the set goes onto the places themselves. */
  readonly imageSize: string | null;
  readonly since: Location | null;
  /** A re-request: the set has only what that asks for. */
  readonly request: Location | null;
}

export const emptyDraft: SetDraft = {
  chosen: new Set(),
  places: [],
  imageSize: null,
  since: null,
  request: null,
};

/** Smallest capacity and smallest image folder that the contract takes, in bytes. */
const smallest = { capacity: 100_000, image: 1_000_000 } as const;

/** A size as typed, gigabytes when it names no unit; null when it is no size of at least `least` bytes. */
export function parseAtLeast(text: string, least: number): number | null {
  const bytes = parseSize(text, 'G');
  return bytes !== null && bytes >= least ? bytes : null;
}

/** What is wrong with a capacity as it was typed; null when nothing is. */
export function capacityProblem(text: string): string | null {
  if (text.trim() === '' || parseAtLeast(text, smallest.capacity) !== null) return null;
  return 'A size such as 64 GB or 59.6 GiB, at least 100 kB.';
}

/** What is wrong with the size of an image folder; null when nothing is. */
export function imageSizeProblem(text: string): string | null {
  return parseAtLeast(text, smallest.image) === null
    ? 'A size such as 25 GB or 4.4 GiB, at least 1 MB.'
    : null;
}

export type SetWish = CallInput<'bundles.plan'>;

/** Where the set goes: onto volumes, or into image folders below one target. */
type WhereTo =
  | { volumes: { location: LocationHandle; capacityBytes?: number }[] }
  | { target: LocationHandle; volumeBytes: number };

function targetOf({ places, imageSize }: SetDraft): WhereTo | string {
  const [first] = places;
  if (first === undefined) return 'Choose where the set goes: at least one volume or folder.';
  if (imageSize !== null) {
    if (places.length > 1) return 'Image folders are made below one folder: leave the other places out.';
    const volumeBytes = parseAtLeast(imageSize, smallest.image);
    return volumeBytes === null
      ? 'The size of an image folder is no size.'
      : { target: first.location.handle, volumeBytes };
  }
  if (places.some((place) => capacityProblem(place.capacity) !== null)) return 'A capacity is no size.';
  return {
    volumes: places.map(({ location, capacity }) => {
      const capacityBytes = parseAtLeast(capacity, smallest.capacity);
      return { location: location.handle, ...(capacityBytes === null ? {} : { capacityBytes }) };
    }),
  };
}

/** The draft as the calls take it, or a sentence that says what it lacks. */
export function wishOf(draft: SetDraft, releases: readonly ReleaseRef[]): SetWish | string {
  if (releases.length === 0 && draft.request === null) return 'Choose at least one release.';
  const target = targetOf(draft);
  if (typeof target === 'string') return target;
  return {
    ...(draft.request === null
      ? { releases: releases.map(({ model, version }) => ({ model, version })) }
      : { for: draft.request.handle }),
    ...target,
    ...(draft.since === null || draft.request !== null ? {} : { since: draft.since.handle }),
  };
}
