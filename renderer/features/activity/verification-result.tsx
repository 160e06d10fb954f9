import { X } from 'lucide-react';
import { formatNoun } from '#shared/format/bytes.ts';
import { IconButton } from '#renderer/components/button.tsx';
import { CheckList } from '#renderer/components/check-list.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { TimeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { keepVerification, useActivity } from './activity-store.ts';
import styles from './activity.module.css';

/** What the last verification of the log found, until it is put away. */
export function VerificationResult() {
  const verification = useActivity((state) => state.verification);
  if (verification === null) return null;
  const { ok, head, checks, verifiedAt } = verification;
  return (
    <section
      className={styles.verification}
      aria-label="Verification of the log"
      role={ok ? 'status' : 'alert'}
    >
      <div className={styles.line}>
        <VerdictMark
          verdict={ok ? 'verified' : 'failed'}
          label={
            ok
              ? `${formatNoun(head.size, 'entry', 'entries')}, all as written`
              : 'The log, or a row it vouches for, is not as written'
          }
        />
        <span className={styles.quiet}>
          <TimeText at={verifiedAt} />, root
        </span>
        <DigestText digest={head.rootHash} />
        <span className={styles.end}>
          <IconButton
            label="Put the result away"
            icon={<X size={15} aria-hidden />}
            onClick={() => keepVerification(null)}
          />
        </span>
      </div>
      <CheckList checks={checks} label="Checks of the log" />
    </section>
  );
}
