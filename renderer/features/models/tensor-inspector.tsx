import type { PlacedTensor, TensorChange } from '#shared/contract/comparison.ts';
import { Comparison } from '#renderer/components/comparison.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { Inspector } from '#renderer/components/inspector.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { SizeText } from '#renderer/components/size-text.tsx';
import { formatCount } from '#shared/format/bytes.ts';
import { ChangeMark } from './change-mark.tsx';
import {
  describeType,
  formatDelta,
  formatStatistic,
  statisticLabels,
  statisticNames,
} from './tensor-words.ts';
import styles from './tensors.module.css';

/** A tensor of one release: where it lies, what it is, and its numbers. */
export function TensorInspector({ tensor, onClose }: { tensor: PlacedTensor; onClose: () => void }) {
  return (
    <Inspector title={<PlainText mono text={tensor.name} />} onClose={onClose}>
      <div className={styles.section}>
        <TensorFacts tensor={tensor} title={tensor.name} />
        <Statistics before={null} after={tensor} />
      </div>
    </Inspector>
  );
}

/** A tensor on both sides of a comparison, with what moved. */
export function TensorChangeInspector({ change, onClose }: { change: TensorChange; onClose: () => void }) {
  const { before, after } = change;
  const isBoth = before !== null && after !== null;
  return (
    <Inspector title={<PlainText mono text={change.name} />} onClose={onClose}>
      <div className={styles.section}>
        <ChangeMark change={change.change} />
        {before && change.change !== 'identical' ? (
          <section>
            <SectionHeader title="Before" />
            <TensorFacts tensor={before} title={change.name} />
          </section>
        ) : null}
        {after ? (
          <section>
            <SectionHeader title={change.change === 'identical' ? 'In both' : 'After'} />
            <TensorFacts tensor={after} title={change.name} />
          </section>
        ) : null}
        {isBoth && before.digest !== after.digest ? (
          <Comparison
            expected={before.digest}
            found={after.digest}
            isGood={false}
            names={['before', 'after']}
          />
        ) : null}
        <Statistics before={before} after={after} />
      </div>
    </Inspector>
  );
}

/** The name is told where it is not the one above. */
function TensorFacts({ tensor, title }: { tensor: PlacedTensor; title: string }) {
  return (
    <Facts>
      {tensor.name === title ? null : (
        <Fact name="name">
          <PlainText mono text={tensor.name} />
        </Fact>
      )}
      <Fact name="file">
        <PlainText mono text={tensor.path} />, at byte {formatCount(tensor.offset)}
      </Fact>
      <Fact name="type">{describeType(tensor)}</Fact>
      <Fact name="size">
        <SizeText sizeBytes={tensor.sizeBytes} />
      </Fact>
      <Fact name="digest">
        <DigestText digest={tensor.digest} />
      </Fact>
    </Facts>
  );
}

/** Packed types have no numbers of their own; that is said rather than shown as nothing. */
function Statistics({ before, after }: { before: PlacedTensor | null; after: PlacedTensor | null }) {
  const sides = [before, after].filter((side) => side !== null);
  if (sides.every(({ statistics }) => statistics === null)) {
    return (
      <p className={styles.quiet}>Values of this type are packed in blocks; no statistics are computed.</p>
    );
  }
  const isBoth = sides.length === 2;
  return (
    <table className={styles.statistics} aria-label="Statistics">
      <thead>
        <tr>
          <th scope="col">Statistic</th>
          {isBoth ? <th scope="col">Before</th> : null}
          <th scope="col">{isBoth ? 'After' : 'Value'}</th>
          {isBoth ? <th scope="col">Moved by</th> : null}
        </tr>
      </thead>
      <tbody>
        {statisticNames.map((name) => (
          <tr key={name}>
            <th scope="row">{statisticLabels[name]}</th>
            {sides.map((side, index) => (
              <td key={index}>{formatStatistic(name, side.statistics)}</td>
            ))}
            {isBoth ? <td>{formatDelta(name, before?.statistics, after?.statistics)}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
