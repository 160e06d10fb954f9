import { useEffect } from 'react';
import { LinkButton } from '#renderer/components/button.tsx';
import { JobProgress } from '#renderer/components/progress-line.tsx';
import { jobResult, useJob } from '#renderer/lib/jobs.ts';
import { useCall } from '#renderer/lib/query.ts';
import { forgetImport, selectImport } from './intake-store.ts';
import styles from './intake.module.css';

/** The import of a set as it goes on; a set of one release leads on to its evidence by itself. */
export function SetImport({ handle, jobId }: { handle: string; jobId: string }) {
  const job = useJob(jobId);
  const done = jobResult(job, 'bundle-import');
  const only = done?.imports.length === 1 ? done.imports[0] : undefined;
  useEffect(() => {
    if (only === undefined) return;
    forgetImport(handle);
    selectImport(only);
  }, [only, handle]);
  if (!job) return null;
  return (
    <>
      <JobProgress job={job} />
      {done && done.imports.length > 1 ? (
        <ul className={styles.releases}>
          {done.imports.map((id) => (
            <ImportLink key={id} id={id} />
          ))}
        </ul>
      ) : null}
    </>
  );
}

function ImportLink({ id }: { id: string }) {
  const found = useCall('imports.get', { id }, ['imports']).value;
  return (
    <li>
      <LinkButton onClick={() => selectImport(id)}>
        {found ? `${found.model} ${found.version}: read the evidence and decide` : id}
      </LinkButton>
    </li>
  );
}
