import { AgeText } from '#renderer/components/time-text.tsx';
import { classes } from '#renderer/lib/classes.ts';
import { useNow } from '#renderer/lib/time.ts';
import styles from './trust.module.css';

const dayMs = 86_400_000;

export interface AgeBarProps {
  at: string;
  /** The bar is full at this age; after a year, a key has to be looked at again. */
  fullDays?: number;
}

/** How long ago a piece of trust data was last confirmed, in words and against its limit. */
export function AgeBar({ at, fullDays = 365 }: AgeBarProps) {
  const ageMs = useNow().getTime() - new Date(at).getTime();
  const share = Math.min(1, Math.max(0, ageMs / (fullDays * dayMs)));
  return (
    <span className={styles.age}>
      <span className={classes(styles.bar, share >= 1 && styles.full)} aria-hidden>
        <span style={{ transform: `scaleX(${share})` }} />
      </span>
      <AgeText at={at} />
    </span>
  );
}
