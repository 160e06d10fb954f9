import { useCallback, useEffect } from 'react';
import { create } from 'zustand';
import type { CallInput, CallName, CallOutput } from '#shared/contract/calls.ts';
import type { Failure } from '#shared/contract/errors.ts';
import type { Topic } from '#shared/contract/system.ts';
import { call, listen, toFailure } from './bridge.ts';

interface Entry {
  readonly name: CallName;
  readonly input: unknown;
  readonly topics: readonly Topic[];
  readonly users: number;
  readonly value: unknown;
  readonly failure: Failure | null;
  readonly loading: boolean;
  /** Something changed since the value was asked for. */
  readonly stale: boolean;
}

interface QueryState {
  readonly entries: Readonly<Record<string, Entry>>;
}

const useQueryStore = create<QueryState>(() => ({ entries: {} }));

function patch(key: string, change: Partial<Entry>): void {
  useQueryStore.setState(({ entries }) => {
    const entry = entries[key];
    return entry ? { entries: { ...entries, [key]: { ...entry, ...change } } } : {};
  });
}

/** Asks again; while an answer is under way the wish is kept, so the last answer is never older than the last change. */
async function load(key: string): Promise<void> {
  const entry = useQueryStore.getState().entries[key];
  if (!entry) return;
  if (entry.loading) {
    patch(key, { stale: true });
    return;
  }
  patch(key, { loading: true, stale: false });
  try {
    const value: unknown = await call(entry.name, entry.input as CallInput<CallName>);
    patch(key, { value, failure: null, loading: false });
  } catch (error) {
    // The value that was there stays on screen; the failure is shown beside it.
    patch(key, { failure: toFailure(error), loading: false });
  }
  const after = useQueryStore.getState().entries[key];
  if (after?.stale && after.users > 0) await load(key);
}

function join(key: string, name: CallName, input: unknown, topics: readonly Topic[]): () => void {
  const { entries } = useQueryStore.getState();
  const known = entries[key];
  const fresh = {
    name,
    input,
    topics,
    users: 0,
    value: undefined,
    failure: null,
    loading: false,
    stale: true,
  };
  const entry = known ?? fresh;
  useQueryStore.setState({ entries: { ...entries, [key]: { ...entry, users: entry.users + 1 } } });
  // Answers without topics have nobody who tells that they are old.
  if (entry.stale || entry.failure || topics.length === 0) void load(key);
  return () => {
    const users = useQueryStore.getState().entries[key]?.users ?? 1;
    patch(key, { users: users - 1 });
  };
}

function invalidate(matches: (entry: Entry) => boolean): void {
  for (const [key, entry] of Object.entries(useQueryStore.getState().entries)) {
    if (!matches(entry)) continue;
    if (entry.users > 0) void load(key);
    else patch(key, { stale: true });
  }
}

/** Asks again for every answer of this call that is on screen; the others are asked for when they are next shown. */
export function reloadCalls(...names: CallName[]): void {
  invalidate((entry) => names.includes(entry.name));
}

/** Reloads on the engine's `changed` events from here on. Called once, by the frame. */
export function startQueries(): () => void {
  return listen('changed', ({ topics }) => {
    invalidate((entry) => entry.topics.some((topic) => topics.includes(topic)));
  });
}

/** An answer as a component sees it: undefined until it is there for the first time. */
export interface Query<T> {
  readonly value: T | undefined;
  readonly failure: Failure | null;
  readonly loading: boolean;
  readonly reload: () => void;
}

/**
 * The answer of a call, shared by all who ask the same, kept fresh by the engine's `changed` events for `topics`.
 * With `null` as input nothing is asked.
 */
export function useCall<N extends CallName>(
  name: N,
  input: CallInput<N> | null,
  topics: readonly Topic[] = [],
): Query<CallOutput<N>> {
  const key = input === null ? '' : `${name} ${JSON.stringify(input)}`;
  const topicKey = topics.join(' ');
  const entry = useQueryStore((state) => state.entries[key]);
  useEffect(() => {
    if (key === '') return;
    const asked: unknown = JSON.parse(key.slice(name.length + 1));
    return join(key, name, asked, topicKey === '' ? [] : (topicKey.split(' ') as Topic[]));
  }, [key, name, topicKey]);
  const reload = useCallback(() => void load(key), [key]);
  return {
    value: entry?.value as CallOutput<N> | undefined,
    failure: entry?.failure ?? null,
    loading: entry?.loading ?? input !== null,
    reload,
  };
}
