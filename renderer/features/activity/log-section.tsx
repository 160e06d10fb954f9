import { Button } from '#renderer/components/button.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { Waiting } from '#renderer/components/loaded.tsx';
import { loadLog, noFilter, setFilter, useActivity } from './activity-store.ts';
import { EntryList } from './entry-list.tsx';
import { LogFilterBar } from './log-filter-bar.tsx';
import styles from './activity.module.css';

/** The audit log with its filter. */
export function LogSection() {
  return (
    <section className={styles.log} aria-labelledby="activity-log">
      <div className={styles.heading}>
        <h2 id="activity-log">Audit log</h2>
        <LogFilterBar />
      </div>
      <Entries />
    </section>
  );
}

function Entries() {
  const count = useActivity((state) => state.entries.length);
  const loading = useActivity((state) => state.loading);
  const failure = useActivity((state) => state.failure);
  const filter = useActivity((state) => state.filter);
  const isFiltered = Object.values(filter).some((wish: string) => wish !== '');
  return (
    <>
      {failure ? (
        <div className={styles.block}>
          <InlineFailure failure={failure} onRetry={() => void loadLog()} />
        </div>
      ) : null}
      {count > 0 ? (
        <EntryList />
      ) : loading ? (
        <Waiting label="Reading the audit log" />
      ) : failure ? null : isFiltered ? (
        <EmptyState
          sentence="No entry of the log is as the filter asks."
          action={<Button onClick={() => setFilter(noFilter)}>Clear the filter</Button>}
        />
      ) : (
        <EmptyState sentence="Nothing is on record yet. The first entry comes with the first key, anchor, import or server." />
      )}
    </>
  );
}
