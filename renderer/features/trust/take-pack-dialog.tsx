import { HardDrive } from 'lucide-react';
import { useState } from 'react';
import type { Location } from '#shared/contract/basics.ts';
import type { TrustPackInspection } from '#shared/contract/trust-pack.ts';
import { Button } from '#renderer/components/button.tsx';
import { CheckList } from '#renderer/components/check-list.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { Field, TextInput } from '#renderer/components/field.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { AgeText, TimeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { useCall } from '#renderer/lib/query.ts';
import { AffectedList } from './affected-list.tsx';
import { PackChangesView, QuorumList } from './pack-view.tsx';
import { isUnconfirmed, judgePack, type PackJudgement } from './pack-words.ts';
import { endRequest } from './trust-store.ts';
import styles from './packs.module.css';

interface LookedAt {
  readonly source: Location;
  readonly inspection: TrustPackInspection;
}

/** A trust pack from a drive or file: who signed it, what it changes and hits, then the decision. */
export function TakePackDialog() {
  const looking = useAct();
  const taking = useAct();
  const [seen, setSeen] = useState<LookedAt | null>(null);
  const [confirmed, setConfirmed] = useState<readonly string[]>([]);
  const [reason, setReason] = useState('');
  const judgement = seen === null ? null : judgePack(seen.inspection, confirmed);
  const look = (choose: () => Promise<Location | null>) =>
    looking.run(async () => {
      const source = await choose();
      if (source === null) return;
      setSeen(null);
      setConfirmed([]);
      taking.clear();
      setSeen({ source, inspection: await call('trust.pack.inspect', { source: source.handle }) });
    });
  const take = async () => {
    if (seen === null) return;
    const roots = [...confirmed];
    const input = { source: seen.source.handle, roots };
    const older = judgement?.way === 'go-back' ? { olderReason: reason.trim() } : {};
    if (await taking.run(() => call('trust.pack.accept', { ...input, ...older }))) endRequest();
  };
  return (
    <Dialog
      open
      wide
      title="Take in a trust pack"
      description="Anchors and revocations that the holders of root keys signed. Looking at a pack changes nothing."
      onClose={endRequest}
      locked={taking.busy}
      actions={
        <>
          <Button onClick={endRequest}>Cancel</Button>
          <TakeButton seen={seen} judgement={judgement} reason={reason} busy={taking.busy} onTake={take} />
        </>
      }
    >
      <PackSource chosen={seen?.source ?? null} busy={looking.busy} onLook={look} />
      {looking.failure ? <InlineFailure failure={looking.failure} /> : null}
      {seen === null || judgement === null ? null : (
        <>
          <PackFacts inspection={seen.inspection} />
          {judgement.way === 'go-back' ? (
            <>
              <VerdictMark verdict="warning" label={judgement.why} />
              <Field
                label="Reason for going back"
                hint="Revocations stay in force. The reason is kept in the log and beside the pack, and cannot be edited afterwards."
              >
                <TextInput value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
              </Field>
            </>
          ) : null}
          {seen.inspection.quorums.map((quorum) => (
            <QuorumList
              key={quorum.roots}
              quorum={quorum}
              {...(seen.inspection.current === null
                ? { confirming: { confirmed, onConfirm: setConfirmed } }
                : {})}
            />
          ))}
          {seen.inspection.pack === null ? null : <PackChangesView changes={seen.inspection.changes} />}
          <NewlyRevoked inspection={seen.inspection} />
          <SectionHeader title="Checks" />
          <CheckList
            checks={seen.inspection.checks.filter((check) => !isUnconfirmed(check))}
            label="Checks of the pack"
          />
        </>
      )}
      {taking.failure ? <InlineFailure failure={taking.failure} /> : null}
    </Dialog>
  );
}

interface PackSourceProps {
  chosen: Location | null;
  busy: boolean;
  onLook: (choose: () => Promise<Location | null>) => Promise<unknown>;
}

/** Packs on the drives that are plugged in, each a button; or any file. */
function PackSource({ chosen, busy, onLook }: PackSourceProps) {
  const onDrives = useCall('trust.pack.find', {}, ['media']);
  const found = onDrives.value ?? [];
  return (
    <div className={styles.line}>
      {found.map(({ source, volume, pack }) => (
        <Button
          key={source.handle}
          icon={<HardDrive size={14} aria-hidden />}
          busy={busy}
          onClick={() => void onLook(() => Promise.resolve(source))}
        >
          Pack {pack.number} of {pack.authority} on <PlainText text={volume} />
        </Button>
      ))}
      <Button
        busy={busy}
        onClick={() => void onLook(() => call('dialog.chooseFile', { title: 'Choose the trust pack' }))}
      >
        {chosen === null ? 'Choose the file…' : 'Choose another file…'}
      </Button>
      {chosen === null ? (
        <span className={styles.quiet}>
          {found.length === 0 ? 'No pack lies at the top of a drive here.' : 'or a file from elsewhere'}
        </span>
      ) : (
        <PlainText mono text={chosen.label} />
      )}
    </div>
  );
}

function PackFacts({ inspection: { pack, current } }: { inspection: TrustPackInspection }) {
  if (pack === null) return null;
  return (
    <Facts>
      <Fact name="pack">
        number {pack.number} of {pack.authority}
        {current === null ? '; the first one here' : `; number ${current.number} is in force`}
      </Fact>
      <Fact name="made">
        <TimeText at={pack.createdAt} />, <AgeText at={pack.createdAt} suffix=" ago" />
      </Fact>
      <Fact name="age limit">
        {pack.maxAgeDays} days: its anchors count until <TimeText at={pack.expiresAt} />
      </Fact>
    </Facts>
  );
}

function NewlyRevoked({ inspection: { changes, affects } }: { inspection: TrustPackInspection }) {
  if (!changes.revocations.some(({ change }) => change === 'added')) return null;
  return (
    <section className={styles.part}>
      <SectionHeader title="What its revocations hit here" />
      <AffectedList affects={affects} />
    </section>
  );
}

interface TakeButtonProps {
  seen: LookedAt | null;
  judgement: PackJudgement | null;
  reason: string;
  busy: boolean;
  onTake: () => Promise<void>;
}

/** Names the pack; going back is the dangerous act that it is. */
function TakeButton({ seen, judgement, reason, busy, onTake }: TakeButtonProps) {
  const pack = seen?.inspection.pack;
  if (judgement?.way === 'go-back') {
    return (
      <Button
        variant="danger"
        busy={busy}
        disabledReason={reason.trim() === '' ? 'Going back needs a reason.' : null}
        onClick={() => void onTake()}
      >
        Go back from pack {seen?.inspection.current?.number} to pack {pack?.number}
      </Button>
    );
  }
  return (
    <Button
      variant="primary"
      busy={busy}
      disabledReason={judgement === null ? 'Choose a pack first.' : judgement.why || null}
      onClick={() => void onTake()}
    >
      {pack == null ? 'Accept the pack' : `Accept pack ${pack.number} of ${pack.authority}`}
    </Button>
  );
}
