import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { IconButton, LinkButton } from '#renderer/components/button.tsx';
import { JobProgress } from '#renderer/components/progress-line.tsx';
import { isOpen, useJobs } from '#renderer/lib/jobs.ts';
import { goTo } from '#renderer/lib/navigation.ts';
import { closeTray } from './tray-state.ts';
import styles from './job-tray.module.css';

/** Ended jobs that are still shown; Activity has them all. */
const endedShown = 6;

/** Jobs under way and the last that ended, above the status bar. */
export function JobTray() {
  const jobs = useJobs();
  const active = jobs.filter(isOpen);
  const ended = jobs.filter((job) => !isOpen(job)).slice(0, endedShown);
  const tray = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    tray.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <section id="job-tray" ref={tray} className={styles.tray} aria-label="Jobs" tabIndex={-1}>
      <header className={styles.header}>
        <h2>Jobs</h2>
        <LinkButton
          onClick={() => {
            closeTray();
            goTo('activity');
          }}
        >
          All in Activity
        </LinkButton>
        <IconButton
          label="Close jobs"
          title="Close (Esc)"
          icon={<X size={15} aria-hidden />}
          onClick={closeTray}
        />
      </header>
      {jobs.length === 0 ? <p className={styles.none}>No job has run since Sallyport was opened.</p> : null}
      <ul>
        {[...active, ...ended].map((job) => (
          <li key={job.id} className={styles.job}>
            <JobProgress job={job} />
          </li>
        ))}
      </ul>
    </section>
  );
}
