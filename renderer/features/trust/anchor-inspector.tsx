import type { Anchor } from '#shared/contract/trust.ts';
import { Button } from '#renderer/components/button.tsx';
import { Fingerprint } from '#renderer/components/digest-text.tsx';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { Inspector } from '#renderer/components/inspector.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { AgeText, TimeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { ask } from './trust-store.ts';
import styles from './trust.module.css';

/** Everything about one anchor, and what can be done to it. */
export function AnchorInspector({ anchor, onClose }: { anchor: Anchor; onClose: () => void }) {
  const { id, revokedAt, revokedReason, comment } = anchor;
  return (
    <Inspector title={<PlainText text={anchor.owner} />} onClose={onClose}>
      <Facts>
        <Fact name="state">
          {revokedAt === null ? (
            <VerdictMark verdict="verified" label="in force" />
          ) : (
            <>
              <VerdictMark verdict="failed" label="revoked" /> on <TimeText at={revokedAt} />
            </>
          )}
        </Fact>
        {revokedReason === null ? null : (
          <Fact name="reason">
            <PlainText text={revokedReason} />
          </Fact>
        )}
        <Fact name="may sign for">{anchor.models.join(', ')}</Fact>
        <Fact name="fingerprint">
          <Fingerprint fingerprint={anchor.fingerprint} />
        </Fact>
        <Fact name="format">{anchor.kind}</Fact>
        <Fact name="key type">{anchor.keyType}</Fact>
        {comment === '' ? null : (
          <Fact name="claim">
            <PlainText text={comment} />
          </Fact>
        )}
        <Fact name="source">
          <PlainText text={anchor.source} />
        </Fact>
        <Fact name="accepted">
          <TimeText at={anchor.addedAt} /> by <PlainText text={anchor.addedBy} />
        </Fact>
        <Fact name="age">
          <AgeText at={anchor.addedAt} />
        </Fact>
      </Facts>
      <div className={styles.acts}>
        <Button
          variant="danger"
          disabledReason={revokedAt === null ? null : 'The anchor is revoked already.'}
          onClick={() => ask({ kind: 'revoke-anchor', id })}
        >
          Revoke…
        </Button>
        <Button variant="danger" onClick={() => ask({ kind: 'remove-anchor', id })}>
          Remove…
        </Button>
      </div>
    </Inspector>
  );
}
