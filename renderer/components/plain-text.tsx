import { splitVisible } from '#shared/format/visible-text.ts';
import styles from './plain-text.module.css';

/** Text that came from media or from somebody else: never more than text, with what cannot be seen shown by code point. */
export function PlainText({ text, mono = false }: { text: string; mono?: boolean }) {
  return (
    <bdi className={mono ? styles.mono : styles.text}>
      {splitVisible(text).map((part, index) =>
        part.hidden ? (
          <span key={index} className={styles.hidden} title="A character that cannot be seen">
            {part.text}
          </span>
        ) : (
          part.text
        ),
      )}
    </bdi>
  );
}
