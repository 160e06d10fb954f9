import { classes } from '#renderer/lib/classes.ts';
import styles from './volume-bars.module.css';

export interface VolumeBar {
  /** How much of it is there, 0 to 1. */
  readonly fill: number;
  /** Read back and found right, or accepted. */
  readonly isProven: boolean;
}

/** More volumes than this are told by their number alone. */
const barsShown = 16;

/** One small bar for each volume of a set, filling from below; the number beside them says it in words. */
export function VolumeBars({ bars, words }: { bars: readonly VolumeBar[]; words: string }) {
  return (
    <span className={styles.volumes}>
      <span className={styles.words}>{words}</span>
      <span className={styles.bars} aria-hidden>
        {bars.slice(0, barsShown).map((bar, index) => (
          <span key={index} className={styles.bar}>
            <span
              className={classes(styles.fill, bar.isProven && styles.proven)}
              style={{ height: `${Math.round(Math.min(1, bar.fill) * 100)}%` }}
            />
          </span>
        ))}
      </span>
    </span>
  );
}
