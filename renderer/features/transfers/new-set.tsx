import { X } from 'lucide-react';
import { useMemo } from 'react';
import type { ReleaseSummary } from '#shared/contract/releases.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { Button, IconButton } from '#renderer/components/button.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
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
import { DeltaChoice } from './delta-choice.tsx';
import { PlanSection } from './plan-section.tsx';
import { ReleasePicker } from './release-picker.tsx';
import { RequestChoice } from './request-choice.tsx';
import { emptyDraft, wishOf, type SetWish } from './set-draft.ts';
import { changeDraft, useTransfers } from './transfers-store.ts';
import { VolumeChoice } from './volume-choice.tsx';
import { WrittenSet } from './written-set.tsx';
import styles from './transfers.module.css';

/** Releases -> volumes -> plan -> written -> proof -> note. */
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
        {(all) => <SetForm all={all} />}
      </Loaded>
    </>
  );
}

const idOf = ({ model, version }: ReleaseSummary) => `${model}@${version}`;

function SetForm({ all }: { all: readonly ReleaseSummary[] }) {
  const available = useMemo(() => all.filter((release) => release.state !== 'revoked'), [all]);
  const draft = useTransfers((state) => state.draft);
  const releases = available.filter((release) => draft.chosen.has(idOf(release)));
  if (available.length === 0) {
    return (
      <EmptyState
        sentence="There is no release to send yet. Bring a model in and publish it first."
        action={<Button onClick={() => goTo('intake')}>Open Intake</Button>}
      />
    );
  }
  const wish = wishOf(draft, releases);
  return (
    <>
      <section className={styles.section}>
        <WhatTravels available={available} releases={releases} />
      </section>
      <section className={styles.section}>
        <SectionHeader title="2  Volumes, in the order in which they are filled" />
        <VolumeChoice />
      </section>
      <PlanSection wish={wish} />
      <WriteSection wish={wish} />
    </>
  );
}

function WhatTravels(props: { available: readonly ReleaseSummary[]; releases: readonly ReleaseSummary[] }) {
  const { available, releases } = props;
  const { chosen, request } = useTransfers((state) => state.draft);
  const totalBytes = releases.reduce((sum, release) => sum + release.sizeBytes, 0);
  if (request !== null) {
    return (
      <>
        <SectionHeader title="1  What a re-request asks for" />
        <RequestChoice />
      </>
    );
  }
  return (
    <>
      <SectionHeader title={`1  Releases (${releases.length} chosen, ${formatBytes(totalBytes)})`} />
      <ReleasePicker
        releases={available}
        idOf={idOf}
        chosen={chosen}
        onChange={(next) => changeDraft({ chosen: next })}
      />
      <DeltaChoice />
      <RequestChoice />
    </>
  );
}

function WriteSection({ wish }: { wish: SetWish | string }) {
  const act = useAct();
  const session = useSession().value;
  const plan = useCall('bundles.plan', typeof wish === 'string' ? null : wish, ['media', 'releases']);
  const isLocked = session !== undefined && session.person === null;
  const whyNot =
    typeof wish === 'string'
      ? wish
      : plan.value === undefined
        ? 'The plan is not made yet.'
        : plan.value.missing !== null
          ? 'Not everything fits: add a volume, or leave something out.'
          : isLocked
            ? 'A set is signed: unlock a key first.'
            : null;
  const write = () =>
    act.run(async () => {
      if (typeof wish === 'string') return;
      const { jobId } = await call('bundles.create', wish);
      await fetchJob(jobId);
      useTransfers.setState({ writeJob: jobId, draft: emptyDraft });
    });
  const bytes = plan.value?.payloadBytes;
  const volumes = plan.value?.volumes.length ?? 0;
  return (
    <section className={styles.section}>
      <SectionHeader title="4  Write and prove" />
      <p className={styles.quiet}>
        Each volume is written, flushed and read back before it counts. Only then can it be removed.
        {session?.person ? (
          <>
            {' '}
            The set is signed by <PlainText text={session.person.name} />.
          </>
        ) : null}
      </p>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
      <div className={styles.acts}>
        <Button variant="primary" busy={act.busy} disabledReason={whyNot} onClick={() => void write()}>
          {bytes === undefined || whyNot !== null
            ? 'Write the set'
            : `Write the set, ${formatBytes(bytes)} on ${formatNoun(volumes, 'volume')}`}
        </Button>
        {isLocked ? <Button onClick={() => requestUnlock()}>Unlock a key…</Button> : null}
        {whyNot === null ? null : <span>{whyNot}</span>}
        <IconButton
          label="Begin anew with an empty set"
          icon={<X size={13} aria-hidden />}
          onClick={() => changeDraft(emptyDraft)}
        />
      </div>
    </section>
  );
}
