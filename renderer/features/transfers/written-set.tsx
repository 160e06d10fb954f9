import { useState } from 'react';
import type { JobResult } from '#shared/contract/jobs.ts';
import { formatBytes, formatNoun, formatRate } from '#shared/format/bytes.ts';
import { Button } from '#renderer/components/button.tsx';
import { CopyableText, CopyButton } from '#renderer/components/digest-text.tsx';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { HandOverDialog } from './hand-over-dialog.tsx';
import { readBackWords } from './plan-words.ts';
import { showList, useTransfers } from './transfers-store.ts';
import styles from './transfers.module.css';

type Written = JobResult<'bundle-create'>;

/** The set as it lies on its volumes: its proof, the hand-over, and how anybody checks it without Sallyport. */
export function WrittenSet({ written, signer }: { written: Written; signer: string }) {
  const { setId, sequence, volumes, payloadBytes, bytesLeftOut, readBack, revision } = written;
  return (
    <>
      <section className={styles.section}>
        <SectionHeader title={`Set ${setId.slice(0, 8)} is written`} />
        <VerdictMark verdict="verified" label="Every file was read back and compared with its digest." />
        <Facts>
          <Fact name="set id">
            <CopyableText text={setId} what="set id" />
          </Fact>
          <Fact name="number">{sequence}</Fact>
          <Fact name="payload">{formatBytes(payloadBytes)}</Fact>
          {bytesLeftOut > 0 ? (
            <Fact name="left out">{formatBytes(bytesLeftOut)}, which the receipt lists</Fact>
          ) : null}
          <Fact name="read back">{readBackWords[readBack]}</Fact>
          {revision > 1 ? (
            <Fact name="planned anew">
              {formatNoun(revision - 1, 'time')} while it was written, since a medium was not as planned
            </Fact>
          ) : null}
        </Facts>
        <ul className={styles.lines} aria-label="Volumes of the set">
          {volumes.map((volume) => (
            <WrittenVolume key={volume.number} volume={volume} of={volumes.length} />
          ))}
        </ul>
        <p>
          {volumes.length === 1 ? 'The volume' : 'The volumes'} can be removed now: everything was flushed
          before it was read back.
        </p>
      </section>
      <NoteSection written={written} />
      <Commands setId={setId} signer={signer} />
      <section className={styles.section}>
        <div className={styles.acts}>
          <Button variant="primary" onClick={showList}>
            Done
          </Button>
          <Button onClick={() => useTransfers.setState({ writeJob: null })}>Write another set</Button>
        </div>
      </section>
    </>
  );
}

function WrittenVolume({ volume, of }: { volume: Written['volumes'][number]; of: number }) {
  const { number, label, serial, sizeBytes, location, readBack } = volume;
  const { writeBytesPerSecond, readBytesPerSecond } = volume;
  const rates = [
    writeBytesPerSecond === null ? '' : `written at ${formatRate(writeBytesPerSecond)}`,
    readBytesPerSecond === null ? '' : `read back at ${formatRate(readBytesPerSecond)}`,
    readBack === 'direct' ? 'past the page cache' : 'through the page cache',
  ];
  return (
    <li className={styles.volume}>
      <span>
        volume {number} of {of}
      </span>
      <span>{formatBytes(sizeBytes)}</span>
      <span>
        <PlainText mono text={location.label} />
        {serial === null ? null : (
          <span className={styles.quiet}>
            {' '}
            <PlainText text={label} />, serial <PlainText mono text={serial} />
          </span>
        )}
        <br />
        <span className={styles.quiet}>{rates.filter((part) => part !== '').join(', ')}</span>
      </span>
    </li>
  );
}

/** To whom the media go. It may be recorded later as well, from the list. */
function NoteSection({ written }: { written: Written }) {
  const [isAsking, setAsking] = useState(false);
  const [isRecorded, setRecorded] = useState(false);
  return (
    <section className={styles.section}>
      <SectionHeader title="Hand-over" />
      <div className={styles.acts}>
        <Button onClick={() => setAsking(true)}>
          {isRecorded ? 'Record another hand-over…' : 'Record the hand-over…'}
        </Button>
        <span>
          {isRecorded
            ? 'The hand-over is on record, and on the volumes that were named.'
            : 'To whom the media go, while they are still here: the custody log on them then says so too.'}
        </span>
      </div>
      {isAsking ? (
        <HandOverDialog
          setId={written.setId}
          atHand={written.volumes.map((volume) => volume.location)}
          onDone={() => setRecorded(true)}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </section>
  );
}

function Commands({ setId, signer }: { setId: string; signer: string }) {
  const commands = [
    `cd sallyport-${setId.slice(0, 8)}`,
    'sha256sum -c --strict SHA256SUMS',
    `ssh-keygen -Y verify -f allowed_signers -I ${signer} -n sallyport-transfer -s SHA256SUMS.sig < SHA256SUMS`,
  ].join('\n');
  return (
    <section className={styles.section}>
      <SectionHeader title="Checking it without Sallyport">
        <CopyButton text={commands} what="the commands" />
      </SectionHeader>
      <p>
        On every volume, in the set&apos;s folder. The key in allowed_signers came with the set: compare its
        fingerprint with one that came another way. VERIFY.txt says the same.
      </p>
      <pre className={styles.commands}>{commands}</pre>
    </section>
  );
}
