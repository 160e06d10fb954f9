import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { Job } from '#shared/contract/jobs.ts';
import { Button, IconButton } from '#renderer/components/button.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { JobEnding, JobProgress } from '#renderer/components/progress-line.tsx';
import { TimeText } from '#renderer/components/time-text.tsx';
import { isOpen, useJobs } from '#renderer/lib/jobs.ts';
import styles from './job-list.module.css';

/** How many ended jobs are shown before somebody asks for more. */
const ENDED_SHOWN = 3;

/** Jobs under way with all their numbers, interrupted ones with Resume, and the last that ended. */
export function JobList() {
  const jobs = useJobs();
  const [showsAll, setShowsAll] = useState(false);
  const active = jobs.filter(isOpen);
  const ended = jobs.filter((job) => !active.includes(job));
  const shown = showsAll ? ended : ended.slice(0, ENDED_SHOWN);
  return (
    <section aria-labelledby="activity-jobs" className={styles.section}>
      <h2 id="activity-jobs" className={styles.heading}>
        Jobs
      </h2>
      {jobs.length === 0 ? <p className={styles.none}>No job has run yet.</p> : null}
      <ul className={styles.list}>
        {active.map((job) => (
          <li key={job.id} className={styles.active}>
            <JobProgress job={job} />
          </li>
        ))}
        {shown.map((job) => (
          <EndedJob key={job.id} job={job} />
        ))}
      </ul>
      {ended.length > ENDED_SHOWN ? (
        <Button variant="quiet" aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Show fewer' : `Show ${ended.length - ENDED_SHOWN} more that ended`}
        </Button>
      ) : null}
    </section>
  );
}

function EndedJob({ job }: { job: Job }) {
  const [isOpen, setOpen] = useState(false);
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <li>
      <div className={styles.ended}>
        <IconButton
          label={`${isOpen ? 'Close' : 'Open'} ${job.title}`}
          aria-expanded={isOpen}
          icon={<Chevron size={14} aria-hidden />}
          onClick={() => setOpen(!isOpen)}
        />
        <JobEnding job={job} />
        <span className={styles.title}>
          <PlainText text={job.title} />
        </span>
        {job.failure && job.state === 'failed' ? (
          <code className={styles.code}>{job.failure.code}</code>
        ) : null}
        <span className={styles.by}>{job.startedBy}</span>
        <span className={styles.by}>
          <TimeText at={job.endedAt ?? job.startedAt} />
        </span>
      </div>
      {isOpen ? (
        <div className={styles.detail}>
          <JobProgress job={job} headless />
        </div>
      ) : null}
    </li>
  );
}
