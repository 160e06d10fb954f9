import { useState } from 'react';
import type { Medium } from '#shared/contract/transfers.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { formatRate } from '#shared/format/bytes.ts';
import { Button } from '#renderer/components/button.tsx';
import { CopyableText } from '#renderer/components/digest-text.tsx';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { Inspector } from '#renderer/components/inspector.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { SizeText } from '#renderer/components/size-text.tsx';
import { TimeText } from '#renderer/components/time-text.tsx';
import { call } from '#renderer/lib/bridge.ts';
import { useCall } from '#renderer/lib/query.ts';
import { knownByCautions, knownByWords, mediumSentence, nameOfMedium } from './custody-words.ts';
import { RecordDialog } from './record-dialog.tsx';
import styles from './transfers.module.css';

type MediumAct = 'owner' | 'hand-over' | 'sanitise';

/** One medium: what it is, who owns and has it, and everything that was done with it here. */
export function MediumInspector({ medium, onClose }: { medium: Medium; onClose: () => void }) {
  const [asking, setAsking] = useState<MediumAct | null>(null);
  const { id, knownBy, knownAs, label, fileSystem, sizeBytes, transport, owner, holder, sanitisedAt } =
    medium;
  const detail = useCall('media.medium', { id }, ['media']);
  return (
    <Inspector title={<PlainText text={label === '' ? knownAs : label} />} onClose={onClose}>
      <Facts>
        <Fact name="known by">
          <CopyableText text={knownAs} what={knownByWords[knownBy]} />
          {knownBy === 'serial' ? null : (
            <>
              <br />
              <span className={styles.quiet}>{knownByCautions[knownBy]}</span>
            </>
          )}
        </Fact>
        <Fact name="medium">
          <SizeText sizeBytes={sizeBytes} />, <PlainText text={`${fileSystem}, ${transport}`} />
        </Fact>
        <Fact name="speed">{describeSpeed(medium)}</Fact>
        <Fact name="owner">{owner === null ? 'nobody said' : <PlainText text={owner} />}</Fact>
        <Fact name="who has it">{holder === null ? 'this site' : <PlainText text={holder} />}</Fact>
        <Fact name="first seen">
          <TimeText at={medium.firstSeenAt} />
        </Fact>
        <Fact name="last seen">
          <TimeText at={medium.lastSeenAt} />
        </Fact>
        <Fact name="sanitised">{sanitisedAt === null ? 'not on record' : <TimeText at={sanitisedAt} />}</Fact>
      </Facts>
      <div className={styles.acts}>
        <Button onClick={() => setAsking('owner')}>Enter the owner…</Button>
        <Button onClick={() => setAsking('hand-over')}>Hand over…</Button>
        <Button onClick={() => setAsking('sanitise')}>Record sanitising…</Button>
      </div>
      <section>
        <SectionHeader title="What was done with it here" />
        <Loaded query={detail} label="Reading its history">
          {({ history }) =>
            history.length === 0 ? (
              <p className={styles.quiet}>It was seen, nothing more.</p>
            ) : (
              <ol className={styles.timeLine} aria-label="History of the medium">
                {history.map((event, index) => (
                  <li key={`${event.at} ${index}`}>
                    <span className={styles.quiet}>
                      <TimeText at={event.at} />
                    </span>
                    <span>
                      <PlainText text={mediumSentence(event)} />
                      {event.reason === '' ? null : (
                        <>
                          : &ldquo;
                          <PlainText text={event.reason} />
                          &rdquo;
                        </>
                      )}
                    </span>
                  </li>
                ))}
              </ol>
            )
          }
        </Loaded>
      </section>
      {asking === null ? null : <MediumDialog act={asking} medium={medium} onClose={() => setAsking(null)} />}
    </Inspector>
  );
}

function describeSpeed({ writeBytesPerSecond, readBytesPerSecond }: Medium): string {
  if (writeBytesPerSecond === null && readBytesPerSecond === null) return 'not measured yet';
  const written = writeBytesPerSecond === null ? 'not measured' : formatRate(writeBytesPerSecond);
  const read = readBytesPerSecond === null ? 'not measured' : formatRate(readBytesPerSecond);
  return `writing ${written}, reading ${read}`;
}

function MediumDialog(props: { act: MediumAct; medium: Medium; onClose: () => void }) {
  const { act, medium, onClose } = props;
  const { id } = medium;
  const name = toVisibleText(nameOfMedium(medium));
  if (act === 'owner') {
    return (
      <RecordDialog
        title={`Owner of ${name}`}
        description="Who the medium belongs to, for the register. Nothing is written to it."
        label="Owner"
        actLabel={(owner) => `Enter ${owner} as its owner`}
        onConfirm={({ value, reason }) => call('media.setOwner', { id, owner: value, reason })}
        onClose={onClose}
      />
    );
  }
  if (act === 'hand-over') {
    return (
      <RecordDialog
        title={`Hand over ${name}`}
        description="From then on the register says who has it. Nothing is written to it; a set on it is handed over from its own row."
        label="To whom"
        actLabel={(to) => `Record that it went to ${to}`}
        onConfirm={({ value, reason }) => call('media.handOver', { id, to: value, reason })}
        onClose={onClose}
      />
    );
  }
  return (
    <RecordDialog
      title={`Sanitising of ${name}`}
      description="Sallyport does not erase media. This records that somebody did, and how, for as long as the register is kept."
      label="Method"
      suggestions={['blkdiscard', 'ATA secure erase', 'overwritten once', 'shredded']}
      actLabel={(method) => `Record that it was sanitised: ${method}`}
      onConfirm={({ value, reason }) => call('media.sanitise', { id, method: value, reason })}
      onClose={onClose}
    />
  );
}
