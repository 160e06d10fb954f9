import { create } from 'zustand';

/** The six places, in the order of the rail and of Ctrl+1 to Ctrl+6. */
export const placeIds = ['intake', 'models', 'fleet', 'transfers', 'activity', 'trust'] as const;
export type PlaceId = (typeof placeIds)[number];

/** What a place is opened on; each place knows its own names, e.g. `{ model, version }`. */
export type PlaceTarget = Readonly<Record<string, string>>;

interface Stop {
  readonly place: PlaceId;
  readonly target: PlaceTarget;
}

interface NavigationState extends Stop {
  readonly past: readonly Stop[];
}

/** Where the window is. */
export const useNavigation = create<NavigationState>(() => ({ place: 'intake', target: {}, past: [] }));

/** How many steps back are kept. */
const pastLimit = 50;

const isSame = (a: Stop, b: Stop) =>
  a.place === b.place && JSON.stringify(a.target) === JSON.stringify(b.target);

/** Opens a place, and in it what `target` names, e.g. `goTo('models', { model: 'silero-vad' })`. */
export function goTo(place: PlaceId, target: PlaceTarget = {}): void {
  useNavigation.setState((now) => {
    const here: Stop = { place: now.place, target: now.target };
    if (isSame(here, { place, target })) return {};
    return { place, target, past: [...now.past, here].slice(-pastLimit) };
  });
}

/** Goes back one step, if there is one. */
export function goBack(): void {
  useNavigation.setState((now) => {
    const last = now.past.at(-1);
    return last ? { ...last, past: now.past.slice(0, -1) } : {};
  });
}

/** What the place was opened on. Only for the place `id` itself, whose target it is. */
export function usePlaceTarget(id: PlaceId): PlaceTarget {
  return useNavigation((now) => (now.place === id ? now.target : nowhere));
}

const nowhere: PlaceTarget = {};
