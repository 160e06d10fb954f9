import { compareTexts, type ComparedPart } from '#shared/format/digest.ts';
import { PlainText } from './plain-text.tsx';
import styles from './comparison.module.css';

/** Both sides of a comparison, the part that differs marked. Texts that share nothing are not marked: all of it differs. */
export function Comparison({
  expected,
  found,
}: {
  expected?: string | undefined;
  found?: string | undefined;
}) {
  const parts = compareTexts(expected ?? '', found ?? '');
  const isMarked =
    expected !== undefined && found !== undefined && parts.expected.some((part) => !part.differs);
  return (
    <dl className={styles.sides}>
      <div>
        <dt>expected</dt>
        <dd>
          <Side text={expected} parts={isMarked ? parts.expected : null} />
        </dd>
      </div>
      <div>
        <dt>found</dt>
        <dd>
          <Side text={found} parts={isMarked ? parts.found : null} />
        </dd>
      </div>
    </dl>
  );
}

function Side({ text, parts }: { text: string | undefined; parts: readonly ComparedPart[] | null }) {
  if (text === undefined || text === '') return <span className={styles.none}>–</span>;
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
