import { X } from 'lucide-react';
import type { Job } from '#shared/contract/jobs.ts';
import { IconButton } from '#renderer/components/button.tsx';
import { JobProgress } from '#renderer/components/progress-line.tsx';
import { outcomesOf } from '#renderer/lib/job-ending.ts';
import { isUnderWay, useJobs } from '#renderer/lib/jobs.ts';
import { unfollow, useFleet } from './fleet-store.ts';
import { OutcomeList } from './outcome-list.tsx';
import styles from './fleet.module.css';

const fleetKinds: readonly Job['kind'][] = ['push', 'activate', 'rollback', 'server-fixity'];

/** Work on servers: what is under way, what waits to be resumed, and what was started here until it is put away. */
export function FleetJobs() {
  const followed = useFleet((state) => state.followed);
  const jobs = useJobs().filter(
    (job) =>
      fleetKinds.includes(job.kind) &&
      (isUnderWay(job) || job.state === 'interrupted' || followed.includes(job.id)),
  );
  if (jobs.length === 0) return null;
  return (
    <section className={styles.jobs} aria-label="Work on servers">
      {jobs.map((job) => (
        <div key={job.id} className={styles.job}>
          <div className={styles.line}>
            <div className={styles.form} style={{ flex: 1 }}>
              <JobProgress job={job} />
            </div>
            {!isUnderWay(job) && followed.includes(job.id) ? (
              <IconButton
                label={`Put away ${job.title}`}
                icon={<X size={15} aria-hidden />}
                onClick={() => unfollow(job.id)}
              />
            ) : null}
          </div>
          <OutcomeList outcomes={outcomesOf(job)} />
        </div>
      ))}
    </section>
  );
}
