import { formatNoun } from '#shared/format/bytes.ts';
import { LinkButton } from '#renderer/components/button.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { JobProgress } from '#renderer/components/progress-line.tsx';
import { VolumeBars } from '#renderer/components/volume-bars.tsx';
import { isOpen, useJobs } from '#renderer/lib/jobs.ts';
import { showWriting } from './transfers-store.ts';
import { barsOf, isSetJob } from './under-way.ts';
import styles from './transfers.module.css';

/** Sets that are being written or taken in, wait for a medium, or were interrupted. Nothing when there are none. */
export function SetsUnderWay() {
  const jobs = useJobs().filter((job) => isSetJob(job) && isOpen(job));
  if (jobs.length === 0) return null;
  return (
    <section className={styles.underWay} aria-label="Sets under way">
      <SectionHeader title={`Under way (${jobs.length})`} />
      <ul className={styles.lines}>
        {jobs.map((job) => {
          const bars = barsOf(job);
          return (
            <li key={job.id} className={styles.job}>
              <JobProgress job={job} />
              {bars.length > 0 || job.kind === 'bundle-create' ? (
                <p className={styles.acts}>
                  {bars.length > 0 ? (
                    <VolumeBars
                      bars={bars}
                      words={`volume ${job.phase.volume?.number ?? 1} of ${formatNoun(bars.length, 'volume')}`}
                    />
                  ) : null}
                  {job.kind === 'bundle-create' ? (
                    <LinkButton onClick={() => showWriting(job.id)}>Open the set</LinkButton>
                  ) : null}
                </p>
              ) : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
