import type { Affected } from '#shared/contract/trust-store.ts';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { listAffected } from './revocation-words.ts';
import styles from './trust.module.css';

/** What a revocation hits here, a line each. */
export function AffectedList({ affects }: { affects: Affected }) {
  const lines = listAffected(affects);
  if (lines.length === 0) return <p className={styles.quiet}>Nothing here is affected.</p>;
  return (
    <ul className={styles.affected}>
      {lines.map((line) => (
        <li key={line}>
          <PlainText text={line} />
        </li>
      ))}
    </ul>
  );
}
