import type { JobResult } from '#shared/contract/jobs.ts';
import { formatBytes } from '#shared/format/bytes.ts';
import { Button } from '#renderer/components/button.tsx';
import { CopyableText, CopyButton } from '#renderer/components/digest-text.tsx';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { showList, useTransfers } from './transfers-store.ts';
import styles from './transfers.module.css';

/** The set as it lies on its volumes, and how anybody checks it without Sallyport. `signer` is who had it written. */
export function WrittenSet({ written, signer }: { written: JobResult<'bundle-create'>; signer: string }) {
  const { setId, sequence, volumes, payloadBytes, bytesLeftOut } = written;
  const commands = [
    `cd sallyport-${setId.slice(0, 8)}`,
    'sha256sum -c --strict SHA256SUMS',
    `ssh-keygen -Y verify -f allowed_signers -I ${signer} -n sallyport-transfer -s SHA256SUMS.sig < SHA256SUMS`,
  ].join('\n');
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
          <Fact name="read back">
            {written.readBack === 'direct'
              ? 'from the medium itself, past the page cache'
              : 'after it was flushed to the medium; the system may have answered from memory'}
          </Fact>
        </Facts>
        <ul className={styles.lines}>
          {volumes.map(({ number, location, sizeBytes }) => (
            <li key={number} className={styles.volume}>
              <span>
                volume {number} of {volumes.length}
              </span>
              <span>{formatBytes(sizeBytes)}</span>
              <PlainText mono text={location.label} />
            </li>
          ))}
        </ul>
      </section>
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
