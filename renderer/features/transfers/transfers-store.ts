import { create } from 'zustand';
import type { Location } from '#shared/contract/basics.ts';
import { emptyDraft, type DraftPlace, type SetDraft } from './set-draft.ts';

/** What the place shows: the tables, or one of its two flows. */
export type TransfersView = 'list' | 'new' | 'receive';

/** The tables of the place. */
export const transfersTabs = ['sent', 'received', 'receipts', 'media'] as const;
export type TransfersTab = (typeof transfersTabs)[number];

interface TransfersState {
  readonly view: TransfersView;
  readonly tab: TransfersTab;
  readonly selectedSet: string | null;
  readonly selectedMedium: string | null;
  readonly draft: SetDraft;
  /** Volumes of the set that is being received. */
  readonly sources: readonly Location[];
  /** The job that writes the new set, and the one that takes the received set in. */
  readonly writeJob: string | null;
  readonly receiveJob: string | null;
}

/** Outlives the place, so that a set that is being written is still there on coming back. */
export const useTransfers = create<TransfersState>(() => ({
  view: 'list',
  tab: 'sent',
  selectedSet: null,
  selectedMedium: null,
  draft: emptyDraft,
  sources: [],
  writeJob: null,
  receiveJob: null,
}));

/** Shows the sets that left and arrived. */
export function showList(): void {
  useTransfers.setState({ view: 'list', writeJob: null, receiveJob: null, sources: [] });
}

/** Shows one of the tables; what was open in the other closes. */
export function showTab(tab: TransfersTab): void {
  useTransfers.setState({ view: 'list', tab, selectedSet: null, selectedMedium: null });
}

/** Begins a new set; one that is being written is shown instead. */
export function showNewSet(): void {
  useTransfers.setState({ view: 'new', selectedSet: null, selectedMedium: null });
}

/** Shows a job that writes a set, in the flow it belongs to. */
export function showWriting(jobId: string): void {
  useTransfers.setState({ view: 'new', writeJob: jobId, selectedSet: null, selectedMedium: null });
}

/** Shows the flow that takes a set in. */
export function showReceive(): void {
  useTransfers.setState({ view: 'receive', selectedSet: null, selectedMedium: null });
}

/** Changes the set that is being put together. */
export function changeDraft(change: Partial<SetDraft>): void {
  useTransfers.setState(({ draft }) => ({ draft: { ...draft, ...change } }));
}

/** Adds a place at the end of the order of filling. */
export function addPlace(place: DraftPlace): void {
  useTransfers.setState(({ draft }) => ({ draft: { ...draft, places: [...draft.places, place] } }));
}

/** Takes the place at `index` out again. */
export function removePlace(index: number): void {
  useTransfers.setState(({ draft }) => ({
    draft: { ...draft, places: draft.places.filter((_place, position) => position !== index) },
  }));
}

/** Limits what the set may take at the place at `index`. */
export function limitPlace(index: number, capacity: string): void {
  useTransfers.setState(({ draft }) => ({
    draft: {
      ...draft,
      places: draft.places.map((place, position) => (position === index ? { ...place, capacity } : place)),
    },
  }));
}

/** Adds a volume of the set that is being received. */
export function addSource(source: Location): void {
  useTransfers.setState(({ sources }) =>
    sources.some((known) => known.handle === source.handle) ? {} : { sources: [...sources, source] },
  );
}

/** Takes a volume out again. */
export function removeSource(handle: string): void {
  useTransfers.setState(({ sources }) => ({ sources: sources.filter((known) => known.handle !== handle) }));
}
