import { ChevronDown, ChevronUp, TriangleAlert } from 'lucide-react';
import type { Job } from '#shared/contract/jobs.ts';
import type { SystemStatus } from '#shared/contract/system.ts';
import { formatCount, formatNoun } from '#shared/format/bytes.ts';
import { formatLocalTime, formatUtcTime } from '#shared/format/dates.ts';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { describeProgress, ProgressLine } from '#renderer/components/progress-line.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { isUnderWay, useJobs } from '#renderer/lib/jobs.ts';
import { goTo } from '#renderer/lib/navigation.ts';
import { JobTray } from './job-tray.tsx';
import { toggleTray, useTray } from './tray-state.ts';
import { useStatus } from './use-status.ts';
import styles from './status-bar.module.css';

/** The line at the bottom: jobs, the audit log and its last check, the age of trust data, the clock. */
export function StatusBar() {
  const isOpen = useTray((tray) => tray.open);
  const jobs = useJobs();
  const status = useStatus();
  return (
    <footer className={styles.bar} aria-label="Status">
      {isOpen ? <JobTray /> : null}
      <button
        type="button"
        className={styles.jobs}
        aria-expanded={isOpen}
        aria-controls={isOpen ? 'job-tray' : undefined}
        onClick={toggleTray}
      >
        {isOpen ? <ChevronDown size={14} aria-hidden /> : <ChevronUp size={14} aria-hidden />}
        <JobSummary jobs={jobs} />
      </button>
      {status.value ? <StatusItems status={status.value} /> : null}
    </footer>
  );
}

function JobSummary({ jobs }: { jobs: readonly Job[] }) {
  const active = jobs.filter(isUnderWay);
  const [first] = active;
  if (!first) {
    const stopped = jobs.filter((job) => job.state === 'interrupted').length;
    const waiting = jobs.filter((job) => job.state === 'waiting').length;
    if (waiting > 0) {
      return <VerdictMark verdict="warning" label={`${formatNoun(waiting, 'job')} waiting for a medium`} />;
    }
    if (stopped === 0) return <span>No job under way</span>;
    return <VerdictMark verdict="warning" label={`${formatNoun(stopped, 'job')} interrupted`} />;
  }
  return (
    <>
      <span className={styles.bytes}>
        <ProgressLine done={first.bytesDone} total={first.bytesTotal} label={first.title} />
      </span>
      <span className={styles.job}>
        {formatNoun(active.length, 'job')}: <PlainText text={first.title} /> ·{' '}
        <span className={styles.numbers}>{describeProgress(first)}</span>
      </span>
    </>
  );
}

function StatusItems({ status }: { status: SystemStatus }) {
  const { auditSize, auditOk, auditVerifiedAt, oldestTrustDays, clockBehind } = status;
  const log = `log #${formatCount(auditSize)}`;
  const checkedAt =
    auditVerifiedAt === null
      ? 'The log was not checked yet.'
      : `Checked ${formatLocalTime(auditVerifiedAt)} (${formatUtcTime(auditVerifiedAt)}).`;
  return (
    <>
      {clockBehind ? (
        <span className={styles.clock} title="The clock is earlier than the newest time on record.">
          <TriangleAlert size={14} aria-hidden />
          clock behind
        </span>
      ) : null}
      <button type="button" className={styles.item} title={checkedAt} onClick={() => goTo('activity')}>
        {auditOk === null ? (
          <VerdictMark verdict="not-checked" label={`${log} not checked`} />
        ) : (
          <VerdictMark
            verdict={auditOk ? 'verified' : 'failed'}
            label={`${log} ${auditOk ? 'ok' : 'broken'}`}
          />
        )}
      </button>
      <button
        type="button"
        className={styles.item}
        title="Age of the oldest trust data in use"
        onClick={() => goTo('trust')}
      >
        {oldestTrustDays === null ? 'no anchors' : `trust ${oldestTrustDays} d`}
      </button>
    </>
  );
}
