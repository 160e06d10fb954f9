import { X } from 'lucide-react';
import type { SetInspection } from '#shared/contract/transfers.ts';
import { formatBytes } from '#shared/format/bytes.ts';
import { Button, IconButton, LinkButton } from '#renderer/components/button.tsx';
import { CheckList } from '#renderer/components/check-list.tsx';
import { DigestText, Fingerprint } from '#renderer/components/digest-text.tsx';
import { worstOf } from '#renderer/components/evidence-words.ts';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { JobProgress } from '#renderer/components/progress-line.tsx';
import { TakeInSet } from '#renderer/components/take-in-set.tsx';
import { TimeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { isOpen, isUnderWay, jobResult, useJob } from '#renderer/lib/jobs.ts';
import { goTo } from '#renderer/lib/navigation.ts';
import { useCall } from '#renderer/lib/query.ts';
import { listNumbers, missingVolumes, withAwaited } from '#renderer/lib/set-checks.ts';
import { addSource, removeSource, useTransfers } from './transfers-store.ts';
import styles from './transfers.module.css';

/** Volumes -> control file checked -> into quarantine; the decision about each release is made in Intake. */
export function ReceiveSet() {
  const sources = useTransfers((state) => state.sources);
  const job = useJob(useTransfers((state) => state.receiveJob));
  const isBusy = job !== undefined && isUnderWay(job);
  const act = useAct();
  const choose = () =>
    act.run(async () => {
      const title = sources.length === 0 ? 'Choose a volume of the set' : 'Choose another volume of the set';
      const folder = await call('dialog.chooseFolder', { title });
      if (folder) addSource(folder);
    });
  const handles = sources.map((source) => source.handle);
  const inspection = useCall('bundles.inspect', handles.length === 0 ? null : { sources: handles }, [
    'media',
    'anchors',
    'releases',
    'transfers',
  ]);
  return (
    <>
      <section className={styles.section}>
        <SectionHeader title="1  Volumes" />
        <ul className={styles.lines}>
          {sources.map((source) => (
            <li key={source.handle} className={styles.chosen}>
              <PlainText mono text={source.label} />
              <IconButton
                label={`Leave ${source.label} out`}
                icon={<X size={13} aria-hidden />}
                disabled={isBusy}
                onClick={() => removeSource(source.handle)}
              />
            </li>
          ))}
        </ul>
        <div className={styles.acts}>
          <Button
            variant={sources.length === 0 ? 'primary' : 'plain'}
            busy={act.busy || isBusy}
            onClick={() => void choose()}
          >
            {sources.length === 0 ? 'Choose folder…' : 'Add a volume…'}
          </Button>
          <span>The folder or volume on which the set lies; of a set on several volumes, each in turn.</span>
        </div>
        {act.failure ? <InlineFailure failure={act.failure} /> : null}
      </section>
      {handles.length === 0 ? null : (
        <Loaded query={inspection} label="Checking the control file">
          {(set) => (
            <>
              <InspectedSet set={set} />
              <TakeIn handles={handles} set={set} />
            </>
          )}
        </Loaded>
      )}
    </>
  );
}

function InspectedSet({ set }: { set: SetInspection }) {
  const { setId, origin, sequence, createdAt, signer, releases, deltaOf } = set;
  return (
    <section className={styles.section}>
      <SectionHeader title={`2  Set ${setId.slice(0, 8)}`}>
        <VerdictMark verdict={worstOf(withAwaited(set.checks))} />
      </SectionHeader>
      <Facts>
        <Fact name="origin">
          <PlainText text={origin} />, set number {sequence}, written <TimeText at={createdAt} />
        </Fact>
        <Fact name="volumes">{describeVolumes(set)}</Fact>
        <Fact name="payload">{formatBytes(set.payloadBytes)}</Fact>
        {deltaOf === null ? null : (
          <Fact name="delta">
            against receipt <PlainText mono text={deltaOf} />
          </Fact>
        )}
        {signer ? (
          <Fact name="signer">
            {signer.anchor ? (
              <PlainText text={signer.anchor.owner} />
            ) : (
              'no anchor of this site knows the key'
            )}
            <br />
            <Fingerprint fingerprint={signer.fingerprint} />
          </Fact>
        ) : null}
      </Facts>
      <ul className={styles.lines}>
        {releases.map(({ model, version, manifestDigest, sizeBytes }) => (
          <li key={`${model} ${version}`} className={styles.volume}>
            <span>
              {model}@{version}
            </span>
            <span>{formatBytes(sizeBytes)}</span>
            <DigestText digest={manifestDigest} />
          </li>
        ))}
      </ul>
      <CheckList checks={withAwaited(set.checks)} label="Checks of the set" />
    </section>
  );
}

function describeVolumes(set: SetInspection): string {
  const missing = missingVolumes(set);
  const here = `${set.volumesPresent.length} of ${set.volumes} here`;
  if (missing.length === 0) return here;
  return `${here}; the import waits for ${missing.length === 1 ? 'volume' : 'volumes'} ${listNumbers(missing)}`;
}

function TakeIn({ handles, set }: { handles: readonly string[]; set: SetInspection }) {
  const job = useJob(useTransfers((state) => state.receiveJob));
  const done = jobResult(job, 'bundle-import');
  return (
    <section className={styles.section}>
      <SectionHeader title="3  Into quarantine" />
      {job ? <JobProgress job={job} /> : null}
      {done ? (
        <ul className={styles.lines}>
          {done.imports.map((id) => (
            <li key={id}>
              <LinkButton onClick={() => goTo('intake', { import: id })}>
                Read the evidence of <ImportName id={id} /> and decide
              </LinkButton>
            </li>
          ))}
        </ul>
      ) : null}
      {done || (job && isOpen(job)) ? null : (
        <TakeInSet
          sources={handles}
          set={set}
          onStarted={(jobId) => useTransfers.setState({ receiveJob: jobId })}
        />
      )}
    </section>
  );
}

function ImportName({ id }: { id: string }) {
  const found = useCall('imports.get', { id }, ['imports']).value;
  return <>{found ? `${found.model} ${found.version}` : id}</>;
}
