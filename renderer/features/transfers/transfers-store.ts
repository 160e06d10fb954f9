import { create } from 'zustand';
import type { Location } from '#shared/contract/basics.ts';

/** What the place shows: the table, or one of its two flows. */
export type TransfersView = 'list' | 'new' | 'receive';

interface TransfersState {
  readonly view: TransfersView;
  readonly selectedSet: string | null;
  /** Volumes of the set that is being received. */
  readonly sources: readonly Location[];
  /** The job that writes the new set, and the one that takes the received set in. */
  readonly writeJob: string | null;
  readonly receiveJob: string | null;
}

/** Outlives the place, so that a set that is being written is still there on coming back. */
export const useTransfers = create<TransfersState>(() => ({
  view: 'list',
  selectedSet: null,
  sources: [],
  writeJob: null,
  receiveJob: null,
}));

/** Shows the sets that left and arrived. */
export function showList(): void {
  useTransfers.setState({ view: 'list', writeJob: null, receiveJob: null, sources: [] });
}

/** Begins a new set; one that is being written is shown instead. */
export function showNewSet(): void {
  useTransfers.setState({ view: 'new', selectedSet: null });
}

/** Shows the flow that takes a set in. */
export function showReceive(): void {
  useTransfers.setState({ view: 'receive', selectedSet: null });
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
