import type { Affected } from '#shared/contract/trust-store.ts';
import { LinkButton } from '#renderer/components/button.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { goTo } from '#renderer/lib/navigation.ts';
import { listAffected } from './revocation-words.ts';
import styles from './trust.module.css';

interface AffectedListProps {
  affects: Affected;
  /** Lines open what they name; not in a dialog, which would stay over it. */
  linked?: boolean;
}

/** What a revocation hits here, a line each. */
export function AffectedList({ affects, linked = false }: AffectedListProps) {
  const lines = listAffected(affects);
  if (lines.length === 0) return <p className={styles.quiet}>Nothing here is affected.</p>;
  return (
    <ul className={styles.affected}>
      {lines.map(({ text, place, target }) => (
        <li key={text}>
          {linked ? (
            <LinkButton onClick={() => goTo(place, target)}>
              <PlainText text={text} />
            </LinkButton>
          ) : (
            <PlainText text={text} />
          )}
        </li>
      ))}
    </ul>
  );
}
