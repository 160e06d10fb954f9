import { PlainText } from './plain-text.tsx';
import { splitName } from './split-name.ts';
import styles from './name-text.module.css';

/** A long name in one line, cut where names are alike: its layer's number and its end stay. In full on hover. */
export function NameText({ text }: { text: string }) {
  return (
    <span className={styles.name} title={text}>
      <span className={styles.spoken}>
        <PlainText mono text={text} />
      </span>
      {splitName(text).map(({ part, isKept }, index) => (
        <span key={index} aria-hidden className={isKept ? styles.kept : styles.cut}>
          <PlainText mono text={part} />
        </span>
      ))}
    </span>
  );
}
