import { useEffect, useRef, useState } from 'react';
import { isUnderWay, useJobs } from '#renderer/lib/jobs.ts';
import styles from './rail.module.css';

/** Tells a screen reader how jobs end; sighted people see it in the status bar and the place. */
export function Announcer() {
  const jobs = useJobs();
  const active = useRef(new Set<string>());
  const [text, setText] = useState('');
  useEffect(() => {
    const ended = jobs.filter((job) => !isUnderWay(job) && active.current.has(job.id));
    active.current = new Set(jobs.filter(isUnderWay).map((job) => job.id));
    if (ended.length > 0) setText(ended.map((job) => `${job.title}: ${job.state}`).join('. '));
  }, [jobs]);
  return (
    <div className={styles.hidden} role="status">
      {text}
    </div>
  );
}
