import type { ReactNode } from 'react';
import styles from './states.module.css';

/** One sentence that teaches the next step, and one action. */
export function EmptyState({ sentence, action }: { sentence: string; action?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p>{sentence}</p>
      {action}
    </div>
  );
}
