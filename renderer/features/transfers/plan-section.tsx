import { useState } from 'react';
import type { PlannedVolume, SetPlan } from '#shared/contract/transfers.ts';
import { formatBytes, formatBytesExactly, formatNoun, formatRate } from '#shared/format/bytes.ts';
import { LinkButton } from '#renderer/components/button.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { useCall } from '#renderer/lib/query.ts';
import { describeMissing, describeSeconds, describeStretch, fillOf } from './plan-words.ts';
import type { SetWish } from './set-draft.ts';
import styles from './plan.module.css';

/** Which parts would go where, how full each volume gets, what is missing, how long it takes. Nothing is written yet. */
export function PlanSection({ wish }: { wish: SetWish | string }) {
  const isComplete = typeof wish !== 'string';
  const plan = useCall('bundles.plan', isComplete ? wish : null, ['media', 'releases']);
  return (
    <section className={styles.section} aria-label="Plan">
      <SectionHeader title="3  Plan" />
      {isComplete ? (
        <Loaded query={plan} label="Planning the volumes">
          {(made) => <PlanTable plan={made} />}
        </Loaded>
      ) : (
        <p className={styles.quiet}>{wish}</p>
      )}
    </section>
  );
}

function PlanTable({ plan }: { plan: SetPlan }) {
  const missing = describeMissing(plan);
  const { volumes, payloadBytes, bytesLeftOut, seconds } = plan;
  return (
    <>
      {missing === null ? (
        <VerdictMark
          verdict="verified"
          label={`All ${formatBytes(payloadBytes)} fit on ${formatNoun(volumes.length, 'volume')}`}
        />
      ) : (
        <VerdictMark verdict="failed" label={missing} />
      )}
      {volumes.length === 0 ? null : (
        <table className={styles.plan} aria-label="What goes on which volume">
          <thead>
            <tr>
              <th scope="col">Volume</th>
              <th scope="col">Medium</th>
              <th scope="col">How full</th>
              <th scope="col">Used of what it may take</th>
              <th scope="col">Files</th>
              <th scope="col">Write and prove</th>
            </tr>
          </thead>
          <tbody>
            {volumes.map((volume) => (
              <VolumeRows key={volume.number} volume={volume} />
            ))}
          </tbody>
        </table>
      )}
      <p className={styles.quiet}>
        {bytesLeftOut > 0 ? `${formatBytes(bytesLeftOut)} that the receipt lists do not travel. ` : ''}
        {seconds === null
          ? 'How long it takes is not known: not every medium was measured yet. The first volume that is written measures it.'
          : `About ${describeSeconds(seconds)} in all, at the speed last measured on each medium.`}
      </p>
    </>
  );
}

function VolumeRows({ volume }: { volume: PlannedVolume }) {
  const [isOpen, setOpen] = useState(false);
  const { number, label, serial, fileSystem, location, contents, fileCount, seconds } = volume;
  const { usedBytes, capacityBytes, payloadBytes, controlBytes, writeBytesPerSecond } = volume;
  const fill = fillOf(volume);
  const percent = Math.floor(fill * 100);
  return (
    <>
      <tr>
        <th scope="row">
          <LinkButton aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            volume {number}
          </LinkButton>
        </th>
        <td title={location.label}>
          <PlainText text={label === '' ? location.label : label} />
          <span className={styles.quiet}>
            {' '}
            <PlainText text={[fileSystem, serial ?? ''].filter((part) => part !== '').join(' · ')} />
          </span>
        </td>
        <td>
          <span className={styles.bar} role="img" aria-label={`${percent} % full`}>
            <span className={styles.payload} style={{ width: `${fill * 100}%` }} />
          </span>
        </td>
        <td
          title={`${formatBytesExactly(payloadBytes)} of payload and ${formatBytesExactly(controlBytes)} of control files, in whole blocks ${formatBytesExactly(usedBytes)}`}
        >
          {formatBytes(usedBytes)} of {formatBytes(capacityBytes)}
        </td>
        <td>{fileCount}</td>
        <td
          title={
            writeBytesPerSecond === null
              ? 'This medium was never measured here.'
              : `Written at ${formatRate(writeBytesPerSecond)} the last time.`
          }
        >
          {describeSeconds(seconds)}
        </td>
      </tr>
      {isOpen ? (
        <tr>
          <td colSpan={6} className={styles.contents}>
            <ul aria-label={`What goes on volume ${number}`}>
              {contents.map((content) => (
                <li key={`${content.blob} ${content.offset}`}>
                  <PlainText mono text={content.name} />
                  <span>{formatBytes(content.sizeBytes)}</span>
                  <span className={styles.quiet}>{describeStretch(content)}</span>
                </li>
              ))}
            </ul>
            <p className={styles.quiet}>
              {fileCount > contents.length
                ? `and ${formatNoun(fileCount - contents.length, 'more file')}, control files among them`
                : ''}
            </p>
          </td>
        </tr>
      ) : null}
    </>
  );
}
