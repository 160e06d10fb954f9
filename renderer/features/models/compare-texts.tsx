import type { TextDifference, TextLine } from '#shared/contract/comparison.ts';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { classes } from '#renderer/lib/classes.ts';
import { ChangeMark } from './change-mark.tsx';
import styles from './compare-texts.module.css';

const signs = { same: ' ', added: '+', removed: '\u2212' } as const;
const spoken = { same: '', added: 'added: ', removed: 'removed: ' } as const;

/** Chat templates, configurations and other small texts, line by line; always as plain text. */
export function CompareTexts({ differences }: { differences: readonly TextDifference[] }) {
  if (differences.length === 0) {
    return <EmptyState sentence="No template, configuration or other small text differs." />;
  }
  return (
    <div className={styles.texts}>
      {differences.map((difference) => (
        <Difference key={`${difference.path} ${difference.subject ?? ''}`} difference={difference} />
      ))}
    </div>
  );
}

function Difference({ difference }: { difference: TextDifference }) {
  const { path, subject, change, lines, isCut } = difference;
  return (
    <section>
      <SectionHeader
        title={
          <>
            <PlainText mono text={path} />
            {subject === null ? null : (
              <>
                {', '}
                <PlainText mono text={subject} />
              </>
            )}
          </>
        }
      >
        <ChangeMark change={change} />
      </SectionHeader>
      <div className={styles.lines} role="group" aria-label={`Lines of ${path}`} tabIndex={0}>
        {lines.map((line, index) => (
          <Line key={index} line={line} isGap={isAfterGap(lines, index)} />
        ))}
      </div>
      {isCut ? <p className={styles.cut}>There is more than is shown here.</p> : null}
    </section>
  );
}

/** Between this line and the one above, lines that are the same were left out. */
function isAfterGap(lines: readonly TextLine[], index: number): boolean {
  const [above, line] = [lines[index - 1], lines[index]];
  if (!above || !line) return false;
  const skips = (from: number | null, to: number | null) => from !== null && to !== null && to > from + 1;
  return skips(above.before, line.before) || skips(above.after, line.after);
}

function Line({ line: { kind, text, before, after }, isGap }: { line: TextLine; isGap: boolean }) {
  return (
    <div className={classes(styles.line, styles[kind], isGap && styles.gap)}>
      <span className={styles.number}>{before}</span>
      <span className={styles.number}>{after}</span>
      <span aria-hidden>{signs[kind]}</span>
      <span className={styles.text}>
        <span className={styles.spoken}>{spoken[kind]}</span>
        <PlainText mono text={text} />
      </span>
    </div>
  );
}
