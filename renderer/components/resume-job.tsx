import { FolderOpen } from 'lucide-react';
import type { LocationHandle } from '#shared/contract/basics.ts';
import type { Job } from '#shared/contract/jobs.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { resumeJob } from '#renderer/lib/jobs.ts';
import { requestUnlock, useSession } from '#renderer/lib/session.ts';
import { Button } from './button.tsx';
import { InlineFailure } from './inline-failure.tsx';
import styles from './progress-line.module.css';

/** The ways on for a job that ended early: where it stopped, with its source elsewhere, after unlocking the key it signs with. */
export function ResumeJob({ job }: { job: Job }) {
  const act = useAct();
  const person = useSession().value?.person;
  const isLocked = job.key !== null && person !== undefined && person?.fingerprint !== job.key;
  const resume = (source?: LocationHandle) => act.run(() => resumeJob(job.id, source));
  const moved = () =>
    act.run(async () => {
      const folder = await call('dialog.chooseFolder', { title: 'Choose where it lies now' });
      if (folder) await resumeJob(job.id, folder.handle);
    });
  return (
    <>
      <p className={styles.cancel}>
        {isLocked ? (
          <Button variant="primary" busy={act.busy} onClick={() => requestUnlock(() => void resume())}>
            Unlock its key and resume…
          </Button>
        ) : (
          <>
            <Button busy={act.busy} onClick={() => void resume()}>
              Resume
            </Button>
            {job.takesSource ? (
              <Button
                icon={<FolderOpen size={14} aria-hidden />}
                busy={act.busy}
                onClick={() => void moved()}
              >
                Resume from another place…
              </Button>
            ) : null}
          </>
        )}
        <span>{describeRest(job)}</span>
      </p>
      {isLocked ? (
        <p className={styles.cancel}>
          <span>What it goes on with is signed by the key it was begun with, {job.key}.</span>
        </p>
      ) : null}
      {act.failure ? (
        <InlineFailure
          failure={act.failure}
          {...(act.failure.code === 'KEY-LOCKED' ? { onRetry: () => void resume() } : {})}
        />
      ) : null}
    </>
  );
}

function describeRest({ left }: Job): string {
  if (left === null) return 'It goes on where it stopped.';
  if (left.files === 0) return 'Everything was read; only the last checks are left.';
  return `Left: ${formatBytes(left.bytes)} in ${formatNoun(left.files, 'file')}. What is verified is not read again.`;
}
