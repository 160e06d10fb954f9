import { FolderOpen, HardDrive } from 'lucide-react';
import { useState } from 'react';
import type { Job, JobNeed } from '#shared/contract/jobs.ts';
import type { ReRequest } from '#shared/contract/transfers.ts';
import { formatBytes, formatBytesExactly, formatNoun } from '#shared/format/bytes.ts';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { resumeJob } from '#renderer/lib/jobs.ts';
import { useCall } from '#renderer/lib/query.ts';
import { Button } from './button.tsx';
import { InlineFailure } from './inline-failure.tsx';
import { PlainText } from './plain-text.tsx';
import { VerdictMark } from './verdict.tsx';
import styles from './job-need.module.css';

/** What a waiting job needs, what was found bad so far, and the ways on: offer a place, or ask the sender again. */
export function JobNeedView({ job, need }: { job: Job; need: JobNeed }) {
  const verb = need.kind === 'read' ? 'to read' : 'to write';
  return (
    <section className={styles.need} aria-label="What it waits for">
      <VerdictMark verdict="warning" label={`waiting for ${need.sentence}`} />
      <p className={styles.quiet} title={formatBytesExactly(need.bytes)}>
        {formatBytes(need.bytes)} still {verb}. Nothing runs meanwhile, and it waits on after a restart.
      </p>
      {need.volumes.length > 0 ? <Wanted need={need} /> : null}
      {need.troubles.length > 0 ? (
        <>
          <p>
            {formatNoun(need.troubles.length, 'part was', 'parts were')} bad; everything that was good is
            kept:
          </p>
          <ul className={styles.lines} aria-label="What was bad">
            {need.troubles.map((trouble) => (
              <li key={trouble}>
                <PlainText text={trouble} />
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <Offer job={job} need={need} />
      {need.kind === 'read' ? <AskAgain setId={need.setId} /> : null}
    </section>
  );
}

function Wanted({ need }: { need: JobNeed }) {
  return (
    <ul className={styles.lines} aria-label="Volumes that help">
      {need.volumes.map(({ number, label, serial, bytes, files }) => (
        <li key={number} className={styles.volume}>
          <span>volume {number}</span>
          <span>
            {label === '' ? 'no label' : <PlainText text={label} />}
            {serial === null ? null : (
              <>
                , serial <PlainText mono text={serial} />
              </>
            )}
          </span>
          <span>
            {formatBytes(bytes)} in {formatNoun(files, 'file')}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Any place that helps will do: a plugged-in volume by its name, or a folder. */
function Offer({ job, need }: { job: Job; need: JobNeed }) {
  const act = useAct();
  const volumes = useCall('media.volumes', {}, ['media']);
  const ready = (volumes.value ?? []).flatMap(({ location, label, device, state, readOnly }) =>
    location !== null && state === 'ready' && !(need.kind === 'write' && readOnly)
      ? [{ handle: location.handle, name: label === '' ? device : label }]
      : [],
  );
  const choose = () =>
    act.run(async () => {
      const folder = await call('dialog.chooseFolder', { title: `Choose ${need.sentence}` });
      if (folder) await resumeJob(job.id, folder.handle);
    });
  return (
    <>
      <div className={styles.acts}>
        <Button
          variant="primary"
          icon={<FolderOpen size={14} aria-hidden />}
          busy={act.busy}
          onClick={() => void choose()}
        >
          Offer a drive or folder…
        </Button>
        {ready.map(({ handle, name }) => (
          <Button
            key={handle}
            icon={<HardDrive size={14} aria-hidden />}
            busy={act.busy}
            onClick={() => void act.run(() => resumeJob(job.id, handle))}
          >
            Offer <PlainText text={name} />
          </Button>
        ))}
        <Button variant="quiet" onClick={volumes.reload}>
          Look for drives again
        </Button>
      </div>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </>
  );
}

/** A signed list of what is still needed, for the sender. */
function AskAgain({ setId }: { setId: string }) {
  const act = useAct();
  const [written, setWritten] = useState<{ request: ReRequest; label: string } | null>(null);
  const write = () =>
    act.run(async () => {
      const target = await call('dialog.chooseFolder', { title: 'Choose where the re-request is written' });
      if (!target) return;
      const request = await call('bundles.reRequest', { setId, target: target.handle });
      setWritten({ request, label: target.label });
    });
  return (
    <>
      <div className={styles.acts}>
        <Button busy={act.busy} onClick={() => void write()}>
          Write a re-request…
        </Button>
        <span className={styles.quiet}>
          {written ? (
            <>
              Written to <PlainText mono text={written.label} />: {formatBytes(written.request.bytes)} of{' '}
              {formatNoun(written.request.needs.length, 'file')}. Take it to {written.request.origin}; a set
              with only those parts completes this one.
            </>
          ) : (
            'A signed list of what is missing, for the sender.'
          )}
        </span>
      </div>
      {act.failure ? (
        <InlineFailure
          failure={act.failure}
          {...(act.failure.code === 'KEY-LOCKED' ? { onRetry: () => void write() } : {})}
        />
      ) : null}
    </>
  );
}
