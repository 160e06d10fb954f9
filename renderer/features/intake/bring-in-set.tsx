import { useEffect } from 'react';
import type { SetInspection } from '#shared/contract/transfers.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { Button, LinkButton } from '#renderer/components/button.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { JobProgress } from '#renderer/components/progress-line.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { fetchJob, jobResult, useJob } from '#renderer/lib/jobs.ts';
import { useCall } from '#renderer/lib/query.ts';
import { forgetImport, rememberImport, selectImport } from './intake-store.ts';
import styles from './intake.module.css';

export interface BringInSetProps {
  handle: string;
  sources: readonly string[];
  set: SetInspection;
}

/** Starts the import of a set into quarantine; says why not, as long as a check stands against it. */
export function BringInSet({ handle, sources, set }: BringInSetProps) {
  const act = useAct();
  const failed = set.checks.find((check) => check.status === 'failed');
  const reason = failed ? (failed.detail ?? `${failed.code ?? failed.id}: see above.`) : null;
  const start = () =>
    act.run(async () => {
      const { jobId } = await call('bundles.import', { sources: [...sources] });
      rememberImport(handle, jobId);
      await fetchJob(jobId);
    });
  return (
    <>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
      <div className={styles.acts}>
        <Button variant="primary" busy={act.busy} disabledReason={reason} onClick={() => void start()}>
          Bring {formatNoun(set.releases.length, 'release')} into quarantine
        </Button>
        <p>
          {reason ??
            `Reads ${formatBytes(set.payloadBytes)} once. Nothing becomes a release before somebody publishes it.`}
        </p>
      </div>
    </>
  );
}

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
