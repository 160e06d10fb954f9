import { useEffect } from 'react';
import { Button } from '#renderer/components/button.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { PlaceHeader } from '#renderer/components/place-header.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call, listen } from '#renderer/lib/bridge.ts';
import { reloadCalls } from '#renderer/lib/query.ts';
import { goTo, usePlaceTarget } from '#renderer/lib/navigation.ts';
import { keepVerification, loadLog, openEntry, useActivity } from './activity-store.ts';
import { EntryInspector } from './entry-inspector.tsx';
import { ExportLog } from './export-log.tsx';
import { JobList } from './job-list.tsx';
import { LogSection } from './log-section.tsx';
import { StorePage } from './store-page.tsx';
import { VerificationResult } from './verification-result.tsx';
import styles from './activity.module.css';

/** Activity: jobs under way, everything that ever happened, provable, and how the bytes in the store are. */
export function ActivityPlace() {
  return usePlaceTarget('activity').view === 'store' ? <StorePage /> : <Happened />;
}

function Happened() {
  const verifying = useAct();
  const opened = useActivity((state) => state.entries.find((entry) => entry.index === state.opened));
  const target = usePlaceTarget('activity').entry;

  useEffect(() => {
    void loadLog();
    return listen('changed', ({ topics }) => {
      if (topics.includes('audit')) void loadLog();
    });
  }, []);
  useEffect(() => {
    if (target !== undefined) openEntry(Number(target));
  }, [target]);

  const verify = () =>
    verifying.run(async () => {
      keepVerification(null);
      keepVerification(await call('audit.verify', {}));
      reloadCalls('system.status');
    });

  return (
    <div className={styles.place}>
      <PlaceHeader title="Activity">
        <Button onClick={() => goTo('activity', { view: 'store' })}>Stored blobs…</Button>
        <ExportLog />
        <Button busy={verifying.busy} onClick={() => void verify()}>
          {verifying.busy ? 'Verifying the log' : 'Verify the log'}
        </Button>
      </PlaceHeader>
      {verifying.failure ? (
        <div className={styles.block}>
          <InlineFailure failure={verifying.failure} onRetry={() => void verify()} />
        </div>
      ) : null}
      <VerificationResult />
      <JobList />
      <LogSection />
      {opened === undefined ? null : (
        <EntryInspector key={opened.index} entry={opened} onClose={() => openEntry(null)} />
      )}
    </div>
  );
}
