import { useState } from 'react';
import type { Location } from '#shared/contract/basics.ts';
import type { ListedTransfer, TransferDetail } from '#shared/contract/transfers.ts';
import { Button, LinkButton } from '#renderer/components/button.tsx';
import { ConfirmDialog } from '#renderer/components/confirm-dialog.tsx';
import { CopyableText, DigestText } from '#renderer/components/digest-text.tsx';
import { ExportEvidence } from '#renderer/components/export-evidence.tsx';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { Inspector } from '#renderer/components/inspector.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { SizeText } from '#renderer/components/size-text.tsx';
import { TimeText } from '#renderer/components/time-text.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { goTo } from '#renderer/lib/navigation.ts';
import { useCall } from '#renderer/lib/query.ts';
import { custodySentence, describeMedium } from './custody-words.ts';
import { HandOverDialog } from './hand-over-dialog.tsx';
import styles from './transfers.module.css';

/** Everything on record about a set: what it holds, on which media, who had them when, what is attached. */
export function TransferInspector(props: { transfer: ListedTransfer; onClose: () => void }) {
  const { setId, direction, site, sequence, at, by, volumes, payloadBytes, releases, deltaOf } =
    props.transfer;
  const detail = useCall('transfers.get', { setId, direction }, ['transfers']);
  return (
    <Inspector title={`Set ${setId.slice(0, 8)}`} onClose={props.onClose}>
      <Facts>
        <Fact name="set id">
          <CopyableText text={setId} what="set id" />
        </Fact>
        <Fact name="direction">{direction === 'out' ? 'written here' : 'received here'}</Fact>
        <Fact name="origin">
          <PlainText text={site} />, set number {sequence}
        </Fact>
        <Fact name="when">
          <TimeText at={at} /> by <PlainText text={by} />
        </Fact>
        <Fact name="volumes">{volumes}</Fact>
        <Fact name="payload">
          <SizeText sizeBytes={payloadBytes} />
        </Fact>
        <Fact name="kind">
          {deltaOf === null ? (
            'complete'
          ) : (
            <>
              delta against receipt <PlainText mono text={deltaOf} />
            </>
          )}
        </Fact>
      </Facts>
      <Loaded query={detail} label="Reading the custody log">
        {(found) => (
          <>
            <Custody detail={found} />
            <Attached detail={found} />
            <section>
              <SectionHeader title="Evidence" />
              <ExportEvidence of={{ set: { setId, direction } }} name={setId.slice(0, 8)} />
            </section>
          </>
        )}
      </Loaded>
      <section>
        <SectionHeader title={`Releases (${releases.length})`} />
        <ul className={styles.lines}>
          {releases.map(({ model, version }) => (
            <li key={`${model} ${version}`}>
              <LinkButton onClick={() => goTo('models', { model, version })}>
                {model}@{version}
              </LinkButton>
            </li>
          ))}
        </ul>
      </section>
    </Inspector>
  );
}

function Custody({ detail }: { detail: TransferDetail }) {
  const [isAsking, setAsking] = useState(false);
  const { setId, custody, media } = detail;
  return (
    <section>
      <SectionHeader title="Custody">
        <Button onClick={() => setAsking(true)}>Hand over…</Button>
      </SectionHeader>
      {custody.length === 0 ? (
        <p className={styles.quiet}>Nothing is known of who had the media.</p>
      ) : (
        <ol className={styles.timeLine} aria-label="Who had the media when">
          {custody.map((event) => (
            <li key={event.hash}>
              <span className={styles.quiet}>
                <TimeText at={event.at} />
              </span>
              <span>
                <PlainText text={custodySentence(event)} />
                {event.note === null ? null : (
                  <>
                    : &ldquo;
                    <PlainText text={event.note} />
                    &rdquo;
                  </>
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
      {media.some((medium) => describeMedium(medium) !== '') ? (
        <p className={styles.quiet}>
          Packed on{' '}
          <PlainText
            text={media
              .map((medium, index) => `${index + 1}: ${describeMedium(medium) || 'an unnamed medium'}`)
              .join(', ')}
          />
        </p>
      ) : null}
      {isAsking ? <HandOverDialog setId={setId} onClose={() => setAsking(false)} /> : null}
    </section>
  );
}

/** Files kept as evidence beside the set, such as the report of a scanning kiosk. */
function Attached({ detail }: { detail: TransferDetail }) {
  const { setId, direction, evidence } = detail;
  const [chosen, setChosen] = useState<Location | null>(null);
  const act = useAct();
  const choose = () =>
    act.run(async () => {
      setChosen(await call('dialog.chooseFile', { title: 'Choose the file to attach' }));
    });
  return (
    <section>
      <SectionHeader title={`Attached (${evidence.length})`}>
        <Button busy={act.busy} onClick={() => void choose()}>
          Attach a report…
        </Button>
      </SectionHeader>
      {evidence.length === 0 ? (
        <p className={styles.quiet}>A kiosk&apos;s scan report or any other file, kept by its digest.</p>
      ) : null}
      <ul className={styles.lines}>
        {evidence.map(({ name, digest, sizeBytes, attachedAt, attachedBy, note }) => (
          <li key={`${digest} ${attachedAt}`}>
            <PlainText text={name} /> <SizeText sizeBytes={sizeBytes} /> <DigestText digest={digest} />
            <br />
            <span className={styles.quiet}>
              <TimeText at={attachedAt} /> by <PlainText text={attachedBy} />: <PlainText text={note} />
            </span>
          </li>
        ))}
      </ul>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
      <ConfirmDialog
        open={chosen !== null}
        title={`Attach to set ${setId.slice(0, 8)}`}
        consequence={
          chosen === null ? (
            ''
          ) : (
            <>
              <PlainText mono text={chosen.label} /> is copied into the store and kept by its digest. Nobody
              reads or judges its contents.
            </>
          )
        }
        actLabel={`Attach it to set ${setId.slice(0, 8)} for good`}
        reason="required"
        reasonLabel="What it is"
        onConfirm={({ reason }) =>
          call('transfers.attach', { setId, direction, source: chosen?.handle ?? '', note: reason })
        }
        onClose={() => setChosen(null)}
      />
    </section>
  );
}
