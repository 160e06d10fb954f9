import type { Claim } from '#shared/contract/releases.ts';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import styles from './models.module.css';

/** What somebody says and bytes cannot prove, with who says it; nothing when nobody says anything. */
export function Claims({ claims }: { claims: readonly Claim[] }) {
  if (claims.length === 0) return null;
  const sources = [...new Set(claims.map((claim) => claim.source))];
  return (
    <section className={styles.form}>
      <SectionHeader title={`Claims (${claims.length})`} />
      <p className={styles.quiet}>Somebody says so; no check of bytes can prove it.</p>
      {sources.map((source) => (
        <div key={source}>
          <h3>
            According to <PlainText mono text={source} />
          </h3>
          <Facts>
            {claims
              .filter((claim) => claim.source === source)
              .map((claim, index) => (
                <Fact key={`${claim.name} ${index}`} name={claim.name}>
                  <PlainText text={claim.value} />
                </Fact>
              ))}
          </Facts>
        </div>
      ))}
    </section>
  );
}
