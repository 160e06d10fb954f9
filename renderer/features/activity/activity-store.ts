import { create } from 'zustand';
import type { AuditEntry, AuditVerification } from '#shared/contract/audit.ts';
import type { Failure } from '#shared/contract/errors.ts';
import { call, toFailure } from '#renderer/lib/bridge.ts';
import { dayRange } from './day-range.ts';

/** What to look for in the log; empty asks for nothing. */
export interface LogFilter {
  readonly text: string;
  readonly who: string;
  readonly act: string;
  /** A local day, `2026-11-23`. */
  readonly day: string;
}

export const noFilter: LogFilter = { text: '', who: '', act: '', day: '' };
const PAGE_ENTRIES = 100;

export type StoreTab = 'releases' | 'damaged' | 'garbage';
/** What is asked for in a dialog about stored blobs. */
export interface StoreRequest {
  readonly kind: 'settings' | 'repair';
}

interface ActivityState {
  readonly filter: LogFilter;
  /** Newest first; pages are added at the end. */
  readonly entries: readonly AuditEntry[];
  /** The last page was not full, so nothing older is left. */
  readonly complete: boolean;
  readonly loading: boolean;
  readonly failure: Failure | null;
  /** Index of the entry shown in the inspector. */
  readonly opened: number | null;
  readonly verification: AuditVerification | null;
  readonly storeTab: StoreTab;
  readonly storeRequest: StoreRequest | null;
  /** The repair that was begun last in this window. */
  readonly repairJob: string | null;
}

export const useActivity = create<ActivityState>(() => ({
  filter: noFilter,
  entries: [],
  complete: false,
  loading: false,
  failure: null,
  opened: null,
  verification: null,
  storeTab: 'releases',
  storeRequest: null,
  repairJob: null,
}));

/** Grows with each question, so that an answer to an earlier one is known and dropped. */
let asked = 0;

async function page(before: number | undefined, limit: number): Promise<AuditEntry[]> {
  const { text, who, act, day } = useActivity.getState().filter;
  return call('audit.list', {
    limit,
    ...(before === undefined ? {} : { before }),
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...(who === '' ? {} : { who }),
    ...(act === '' ? {} : { act }),
    ...(dayRange(day) ?? {}),
  });
}

/** Asks for the newest entries under the present filter; as many as were on screen, so that the place in the list holds. */
export async function loadLog(): Promise<void> {
  const mine = ++asked;
  const limit = Math.min(500, Math.max(PAGE_ENTRIES, useActivity.getState().entries.length));
  useActivity.setState({ loading: true, failure: null });
  try {
    const entries = await page(undefined, limit);
    if (mine === asked) useActivity.setState({ entries, complete: entries.length < limit, loading: false });
  } catch (error) {
    if (mine === asked) useActivity.setState({ failure: toFailure(error), loading: false });
  }
}

/** Asks for the entries before the oldest one on screen. */
export async function loadOlder(): Promise<void> {
  const { entries, complete, loading } = useActivity.getState();
  const oldest = entries.at(-1);
  if (complete || loading || oldest === undefined) return;
  const mine = ++asked;
  useActivity.setState({ loading: true });
  try {
    const older = await page(oldest.index, PAGE_ENTRIES);
    if (mine !== asked) return;
    const complete = older.length < PAGE_ENTRIES;
    useActivity.setState({ entries: [...entries, ...older], complete, loading: false });
  } catch (error) {
    if (mine === asked) useActivity.setState({ failure: toFailure(error), loading: false });
  }
}

/** Changes the filter and asks anew. */
export function setFilter(change: Partial<LogFilter>): void {
  useActivity.setState(({ filter }) => ({ filter: { ...filter, ...change }, entries: [], complete: false }));
  void loadLog();
}

/** Opens an entry's details by its index; null closes them. */
export function openEntry(index: number | null): void {
  useActivity.setState({ opened: index });
}

/** Keeps the last verification of the log, for as long as the window is open. */
export function keepVerification(verification: AuditVerification | null): void {
  useActivity.setState({ verification });
}

/** Shows one of the tables about stored blobs. */
export function showStoreTab(storeTab: StoreTab): void {
  useActivity.setState({ storeTab });
}

/** Opens a dialog about stored blobs; null closes it. */
export function askStore(storeRequest: StoreRequest | null): void {
  useActivity.setState({ storeRequest });
}
