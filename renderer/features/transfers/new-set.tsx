import { zodResolver } from '@hookform/resolvers/zod';
import { X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Controller, useForm, type Control } from 'react-hook-form';
import type { Location } from '#shared/contract/basics.ts';
import type { ReleaseSummary } from '#shared/contract/releases.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { Button, IconButton } from '#renderer/components/button.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { CheckField, SelectField, TextField } from '#renderer/components/field.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { JobProgress } from '#renderer/components/progress-line.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { fetchJob, isUnderWay, jobResult, useJob } from '#renderer/lib/jobs.ts';
import { goTo } from '#renderer/lib/navigation.ts';
import { useCall } from '#renderer/lib/query.ts';
import { requestUnlock, useSession } from '#renderer/lib/session.ts';
import { DeltaChoice, type ChosenReceipt } from './delta-choice.tsx';
import { ReleasePicker } from './release-picker.tsx';
import { estimateVolumes, limitsOf, setOptions, type SetOptions } from './set-options.ts';
import { useTransfers } from './transfers-store.ts';
import { WrittenSet } from './written-set.tsx';
import styles from './transfers.module.css';

/** Releases -> where to -> summary -> written -> proof. */
export function NewSet() {
  const job = useJob(useTransfers((state) => state.writeJob));
  const written = jobResult(job, 'bundle-create');
  const releases = useCall('releases.list', {}, ['releases']);
  if (job && written) return <WrittenSet written={written} signer={job.startedBy} />;
  if (job && (isUnderWay(job) || job.canResume)) {
    return (
      <section className={styles.section}>
        <JobProgress job={job} />
      </section>
    );
  }
  return (
    <>
      {job ? (
        <section className={styles.section}>
          <JobProgress job={job} />
        </section>
      ) : null}
      <Loaded query={releases} label="Reading the releases">
        {(all) => <NewSetForm all={all} />}
      </Loaded>
    </>
  );
}

function describeVolumes({ split }: SetOptions, volumes: number | null): string {
  if (!split) return 'one volume';
  return volumes === null ? 'several volumes' : `at least ${formatNoun(volumes, 'volume')}`;
}

const idOf = ({ model, version }: ReleaseSummary) => `${model}@${version}`;

function NewSetForm({ all }: { all: readonly ReleaseSummary[] }) {
  const available = useMemo(() => all.filter((release) => release.state !== 'revoked'), [all]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [target, setTarget] = useState<Location | null>(null);
  const [receipt, setReceipt] = useState<ChosenReceipt | null>(null);
  const act = useAct();
  const session = useSession().value;
  const { control, handleSubmit, watch } = useForm<SetOptions>({
    resolver: zodResolver(setOptions),
    defaultValues: { split: false, volumeGigabytes: '32', largestFile: 'target' },
  });
  // eslint-disable-next-line react-hooks/incompatible-library -- read during render only, never memoised
  const options = watch();
  if (available.length === 0) {
    return (
      <EmptyState
        sentence="There is no release to send yet. Bring a model in and publish it first."
        action={<Button onClick={() => goTo('intake')}>Open Intake</Button>}
      />
    );
  }
  const releases = available.filter((release) => chosen.has(idOf(release)));
  const totalBytes = releases.reduce((sum, release) => sum + release.sizeBytes, 0);
  const volumes = estimateVolumes(totalBytes, limitsOf(options).volumeBytes);
  const isLocked = session !== undefined && session.person === null;
  const whyNot =
    releases.length === 0
      ? 'Choose at least one release.'
      : target === null
        ? 'Choose where the set goes.'
        : isLocked
          ? 'A set is signed: unlock a key first.'
          : null;
  const chooseTarget = async () => {
    const folder = await call('dialog.chooseFolder', { title: 'Choose where the set is written' });
    if (folder) setTarget(folder);
  };
  const submit = handleSubmit((values) =>
    act.run(async () => {
      if (!target) return;
      const { jobId } = await call('bundles.create', {
        releases: releases.map(({ model, version }) => ({ model, version })),
        target: target.handle,
        ...limitsOf(values),
        ...(receipt ? { since: receipt.location.handle } : {}),
      });
      await fetchJob(jobId);
      useTransfers.setState({ writeJob: jobId });
    }),
  );
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <section className={styles.section}>
        <SectionHeader title={`1  Releases (${releases.length} chosen, ${formatBytes(totalBytes)})`} />
        <ReleasePicker releases={available} idOf={idOf} chosen={chosen} onChange={setChosen} />
      </section>
      <section className={styles.section}>
        <SectionHeader title="2  Where to" />
        <div className={styles.acts}>
          <Button onClick={() => void act.run(chooseTarget)}>
            {target ? 'Choose another folder…' : 'Choose folder…'}
          </Button>
          {target ? (
            <PlainText mono text={target.label} />
          ) : (
            <span>A folder on the volume, or an empty one.</span>
          )}
        </div>
        <Limits control={control} split={options.split} />
        <DeltaChoice chosen={receipt} onChange={setReceipt} />
      </section>
      <section className={styles.section}>
        <SectionHeader title="3  Summary" />
        <p>
          {formatNoun(releases.length, 'release')}, up to {formatBytes(totalBytes)}
          {receipt ? `, less what ${receipt.receipt.site} holds already` : ''}, on{' '}
          {describeVolumes(options, volumes)}
          {target ? (
            <>
              , written to <PlainText mono text={target.label} />
            </>
          ) : null}
          {session?.person ? `, signed by ${session.person.name}` : ''}.
        </p>
        <ul className={styles.lines}>
          {releases.map((release) => (
            <li key={idOf(release)} className={styles.chosen}>
              <span>
                {idOf(release)}, {formatBytes(release.sizeBytes)}
              </span>
              <IconButton
                label={`Leave ${idOf(release)} out`}
                icon={<X size={13} aria-hidden />}
                onClick={() => setChosen(new Set([...chosen].filter((id) => id !== idOf(release))))}
              />
            </li>
          ))}
        </ul>
        {act.failure ? <InlineFailure failure={act.failure} /> : null}
        <div className={styles.acts}>
          <Button type="submit" variant="primary" busy={act.busy} disabledReason={whyNot}>
            {releases.length === 0 ? 'Write the set' : `Write the set, ${formatBytes(totalBytes)}`}
          </Button>
          {isLocked ? <Button onClick={() => requestUnlock()}>Unlock a key…</Button> : null}
          {whyNot === null ? null : <span>{whyNot}</span>}
        </div>
      </section>
    </form>
  );
}

function Limits({ control, split }: { control: Control<SetOptions>; split: boolean }) {
  return (
    <div className={styles.limits}>
      <Controller
        control={control}
        name="split"
        render={({ field }) => (
          <CheckField label="Split over several volumes" checked={field.value} onChange={field.onChange} />
        )}
      />
      {split ? (
        <TextField
          control={control}
          name="volumeGigabytes"
          label="Size of one volume (GB)"
          hint="volume-1, volume-2, … are made in the folder."
        />
      ) : null}
      <SelectField
        control={control}
        name="largestFile"
        label="Largest file"
        choices={[
          { value: 'target', label: 'as the target can hold' },
          { value: 'fat32', label: 'for FAT32: 4.29 GB' },
        ]}
      />
    </div>
  );
}
