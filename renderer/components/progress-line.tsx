import { formatBytes, formatPercent, formatRate } from '#shared/format/bytes.ts';
import { formatDuration, formatEta } from '#shared/format/duration.ts';
import type { Job } from '#shared/contract/jobs.ts';
import { useAct } from '#renderer/lib/act.ts';
import { describeEnding, isPausable } from '#renderer/lib/job-ending.ts';
import { cancelJob, isUnderWay } from '#renderer/lib/jobs.ts';
import { useNow } from '#renderer/lib/time.ts';
import { Button } from './button.tsx';
import { InlineFailure } from './inline-failure.tsx';
import { JobNeedView } from './job-need.tsx';
import { PlainText } from './plain-text.tsx';
import { ResumeJob } from './resume-job.tsx';
import { VerdictMark } from './verdict.tsx';
import styles from './progress-line.module.css';

/** A thin bar; without a total it only says that work goes on. */
export function ProgressLine({ done, total, label }: { done: number; total: number | null; label: string }) {
  const known = total !== null && total > 0;
  return (
    <div
      className={styles.track}
      role="progressbar"
      aria-label={label}
      {...(known
        ? { 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': Math.floor((done / total) * 100) }
        : {})}
    >
      <div
        className={known ? styles.bar : styles.unknown}
        style={known ? { transform: `scaleX(${Math.min(1, done / total)})` } : undefined}
      />
    </div>
  );
}

/** A job's numbers in one line: `62 % · 410 MB/s · 0:41 left`. */
export function describeProgress(job: Job): string {
  if (job.state === 'queued') return 'waiting for its turn';
  if (job.state === 'cancelling') return 'cancelling';
  const percent = formatPercent(job.bytesDone, job.bytesTotal);
  const done = percent ?? formatBytes(job.bytesDone);
  if (job.bytesPerSecond === null) return `${done} · estimating`;
  return `${done} · ${formatRate(job.bytesPerSecond)} · ${formatEta(job.etaSeconds)}`;
}

/** How a job ended, as shape, word and colour; nothing while it goes on. */
export function JobEnding({ job }: { job: Job }) {
  const ending = describeEnding(job);
  return ending ? <VerdictMark verdict={ending.verdict} label={ending.words} /> : null;
}

function Elapsed({ job }: { job: Job }) {
  const now = useNow(1000);
  const end = job.endedAt === null ? now : new Date(job.endedAt);
  return <>{formatDuration((end.getTime() - new Date(job.startedAt).getTime()) / 1000)}</>;
}

/** Everything a person wants to know of a job under way: phase, current thing, numbers, and what cancelling leaves behind. */
export function JobProgress({ job, headless = false }: { job: Job; headless?: boolean }) {
  const act = useAct();
  const active = isUnderWay(job);
  const { phase } = job;
  return (
    <div className={styles.job}>
      {headless ? null : (
        <p className={styles.title}>
          <PlainText text={job.title} />
          <JobEnding job={job} />
        </p>
      )}
      {active ? <ProgressLine done={job.bytesDone} total={job.bytesTotal} label={job.title} /> : null}
      <p className={styles.numbers}>
        {active ? (
          <>
            <span>
              {phase.count > 1 ? `phase ${phase.index} of ${phase.count}: ` : ''}
              {phase.name}
            </span>
            {job.bytesTotal === null ? null : (
              <span>
                {formatBytes(job.bytesDone)} of {formatBytes(job.bytesTotal)}
              </span>
            )}
            <span>{describeProgress(job)}</span>
          </>
        ) : (
          <span>{formatBytes(job.bytesDone)}</span>
        )}
        {job.state === 'waiting' ? null : (
          <span>
            {active ? 'elapsed ' : 'took '}
            <Elapsed job={job} />
          </span>
        )}
      </p>
      {active && job.current !== '' ? (
        <p className={styles.current}>
          <PlainText mono text={job.current} />
        </p>
      ) : null}
      {job.failure && job.state === 'failed' ? <InlineFailure failure={job.failure} /> : null}
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
      {job.state === 'waiting' && job.needs ? <JobNeedView job={job} need={job.needs} /> : null}
      {(active || job.state === 'waiting') && job.canCancel ? (
        <p className={styles.cancel}>
          <Button
            busy={act.busy || job.state === 'cancelling'}
            onClick={() => void act.run(() => cancelJob(job.id))}
          >
            {isPausable(job) ? 'Pause' : 'Cancel'}
          </Button>
          <span>{job.onCancel}</span>
        </p>
      ) : null}
      {job.canResume && job.state !== 'waiting' ? <ResumeJob job={job} /> : null}
    </div>
  );
}
