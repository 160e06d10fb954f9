import type { FixityStatus } from '#shared/contract/fixity.ts';
import { formatBytes, formatNoun, formatRate } from '#shared/format/bytes.ts';
import { Button } from '#renderer/components/button.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlaceHeader } from '#renderer/components/place-header.tsx';
import { JobProgress } from '#renderer/components/progress-line.tsx';
import { Tabs } from '#renderer/components/tabs.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { fetchJob, isUnderWay, useJob } from '#renderer/lib/jobs.ts';
import { goTo } from '#renderer/lib/navigation.ts';
import { useCall } from '#renderer/lib/query.ts';
import { askStore, showStoreTab, useActivity } from './activity-store.ts';
import { DamagedList } from './damaged-list.tsx';
import { GarbageSection } from './garbage-section.tsx';
import { ReadReleases } from './read-releases.tsx';
import { StoreDialogs } from './store-dialogs.tsx';
import { describeAge } from './store-words.ts';
import styles from './store.module.css';

/** What the store holds: when it was last read, what is damaged and how it is repaired, and what nothing needs. */
export function StorePage() {
  const status = useCall('fixity.status', {}, ['store', 'releases', 'deployments']);
  const starting = useAct();
  const job = useJob(status.value?.job ?? null);
  const isReading = job !== undefined && isUnderWay(job);
  const due = status.value?.due.blobs ?? 0;
  const start = (onlyDue: boolean) =>
    void starting.run(async () => {
      const { jobId } = await call('fixity.start', { due: onlyDue });
      await fetchJob(jobId);
      status.reload();
    });
  const busy = isReading ? 'A check is under way.' : null;
  return (
    <div className={styles.place}>
      <PlaceHeader title="Stored blobs">
        <Button onClick={() => goTo('activity', {})}>Back to Activity</Button>
        <Button onClick={() => askStore({ kind: 'settings' })}>When and how fast…</Button>
        {due > 0 ? (
          <Button disabledReason={busy} onClick={() => start(true)}>
            Check what is due ({due})
          </Button>
        ) : null}
        <Button variant="primary" disabledReason={busy} busy={starting.busy} onClick={() => start(false)}>
          Check everything
        </Button>
      </PlaceHeader>
      {starting.failure ? (
        <div className={styles.block}>
          <InlineFailure failure={starting.failure} />
        </div>
      ) : null}
      <Loaded query={status} label="Reading how the store is">
        {(value) => <Health status={value} />}
      </Loaded>
    </div>
  );
}

function Health({ status }: { status: FixityStatus }) {
  const tab = useActivity((state) => state.storeTab);
  const { job: jobId, damaged } = status;
  const job = useJob(jobId);
  return (
    <>
      <div className={styles.summary}>
        <VerdictMark {...describeAge(status)} />
        <span className={styles.quiet}>{describePace(status)}</span>
      </div>
      {job === undefined ? null : (
        <div className={styles.block}>
          <JobProgress job={job} />
        </div>
      )}
      <RepairProgress />
      <div className={styles.tabs}>
        <Tabs
          label="Stored blobs"
          value={tab}
          onChange={showStoreTab}
          items={[
            { id: 'releases', label: 'Last readings', content: <ReadReleases status={status} /> },
            {
              id: 'damaged',
              label: 'Damaged',
              count: damaged.length,
              content: <DamagedList damaged={damaged} />,
            },
            { id: 'garbage', label: 'Not needed', content: <GarbageSection /> },
          ]}
        />
      </div>
      <StoreDialogs status={status} />
    </>
  );
}

/** The repair that was last begun here, to its end. */
function RepairProgress() {
  const job = useJob(useActivity((state) => state.repairJob));
  return job === undefined ? null : (
    <div className={styles.block}>
      <JobProgress job={job} />
    </div>
  );
}

function describePace({ settings, power, bytesPerSecond, due, blobs, sizeBytes }: FixityStatus): string {
  const every =
    settings.everyDays === null
      ? 'Read only when somebody asks'
      : `Read again every ${formatNoun(settings.everyDays, 'day')}, ${formatNoun(due.blobs, 'blob')} due`;
  const rate = bytesPerSecond === null ? 'as fast as it goes' : `at ${formatRate(bytesPerSecond)}`;
  const battery = power === 'battery' ? ' (slowed on battery)' : '';
  return `${every}, ${rate}${battery}. ${formatNoun(blobs, 'blob')}, ${formatBytes(sizeBytes)}.`;
}
