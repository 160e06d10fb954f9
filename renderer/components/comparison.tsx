import { compareTexts, type ComparedPart } from '#shared/format/digest.ts';
import { PlainText } from './plain-text.tsx';
import styles from './comparison.module.css';

export interface ComparisonProps {
  expected?: string | undefined;
  found?: string | undefined;
  /** A check that holds marks nothing: it may say the same in other words. */
  isGood: boolean;
  /** What the sides are called where neither is what was expected. */
  names?: readonly [string, string];
}

/** Only where the eye needs help: words that differ are read, digests are not. */
function isDigest(text: string | undefined): boolean {
  return text !== undefined && /[0-9a-f]{16}/i.test(text);
}

/** Both sides of a comparison, as far as there are two, with the differing part of a digest marked. */
export function Comparison({ expected, found, isGood, names = ['expected', 'found'] }: ComparisonProps) {
  const parts = compareTexts(expected ?? '', found ?? '');
  const isMarked = !isGood && isDigest(expected) && isDigest(found);
  return (
    <dl className={styles.sides}>
      {expected === undefined ? null : (
        <div>
          <dt>{names[0]}</dt>
          <dd>
            <Side text={expected} parts={isMarked ? parts.expected : null} />
          </dd>
        </div>
      )}
      {found === undefined ? null : (
        <div>
          <dt>{names[1]}</dt>
          <dd>
            <Side text={found} parts={isMarked ? parts.found : null} />
          </dd>
        </div>
      )}
    </dl>
  );
}

function Side({ text, parts }: { text: string; parts: readonly ComparedPart[] | null }) {
  if (text === '') return <span className={styles.none}>nothing</span>;
  if (!parts) return <PlainText mono text={text} />;
  return (
    <>
      {parts.map((part, index) =>
        part.differs ? (
          <mark key={index} className={styles.differs}>
            <PlainText mono text={part.text} />
          </mark>
        ) : (
          <PlainText key={index} mono text={part.text} />
        ),
      )}
    </>
  );
}
