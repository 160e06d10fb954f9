import { AgeText } from '#renderer/components/time-text.tsx';
import { useNow } from '#renderer/lib/time.ts';
import styles from './trust.module.css';

/** The bar is full after a year: a key that old has to be looked at again. */
const fullMs = 365 * 86_400_000;

/** How long ago a piece of trust data was last confirmed, in words and against a year. */
export function AgeBar({ at }: { at: string }) {
  const ageMs = useNow().getTime() - new Date(at).getTime();
  const share = Math.min(1, Math.max(0, ageMs / fullMs));
  return (
    <span className={styles.age}>
      <span className={styles.bar} aria-hidden>
        <span style={{ transform: `scaleX(${share})` }} />
      </span>
      <AgeText at={at} />
    </span>
  );
}
