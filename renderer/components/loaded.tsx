import type { ReactNode } from 'react';
import type { Query } from '#renderer/lib/query.ts';
import { useDelay } from '#renderer/lib/time.ts';
import { InlineFailure } from './inline-failure.tsx';
import styles from './states.module.css';

/** Waiting: nothing for 150 ms, then a line in place. */
export function Waiting({ label }: { label: string }) {
  const isLong = useDelay();
  return isLong ? <div className={styles.waiting} role="progressbar" aria-label={label} /> : null;
}

export interface LoadedProps<T> {
  query: Query<T>;
  /** What is waited for, read aloud, e.g. `Reading the releases`. */
  label: string;
  children: (value: T) => ReactNode;
}

/** Shows an answer once it is there; before that a line, or the failure with a way to try again. */
export function Loaded<T>({ query, label, children }: LoadedProps<T>) {
  const { value, failure, reload } = query;
  if (value === undefined) {
    return failure ? (
      <div className={styles.stale}>
        <InlineFailure failure={failure} onRetry={reload} />
      </div>
    ) : (
      <Waiting label={label} />
    );
  }
  return (
    <>
      {failure ? (
        <div className={styles.stale}>
          <InlineFailure failure={failure} onRetry={reload} />
        </div>
      ) : null}
      {children(value)}
    </>
  );
}
