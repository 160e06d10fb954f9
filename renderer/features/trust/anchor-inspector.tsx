import type { Anchor } from '#shared/contract/trust.ts';
import { Button } from '#renderer/components/button.tsx';
import { Fingerprint } from '#renderer/components/digest-text.tsx';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { Inspector } from '#renderer/components/inspector.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { TimeText } from '#renderer/components/time-text.tsx';
import { AgeBar } from './age-bar.tsx';
import { AnchorState } from './anchor-table.tsx';
import { kindWords, purposeWords } from './anchor-words.ts';
import { ask } from './trust-store.ts';
import styles from './trust.module.css';

/** Everything about one anchor, and what can be done to it. */
export function AnchorInspector({ anchor, onClose }: { anchor: Anchor; onClose: () => void }) {
  const { id, revokedAt, revokedReason, comment } = anchor;
  return (
    <Inspector title={<PlainText text={anchor.owner} />} onClose={onClose}>
      <Facts>
        <Fact name="state">
          <AnchorState anchor={anchor} />
          {revokedAt === null ? null : (
            <>
              {' on '}
              <TimeText at={revokedAt} />
            </>
          )}
        </Fact>
        {revokedReason === null ? null : (
          <Fact name="reason">
            <PlainText text={revokedReason} />
          </Fact>
        )}
        <Fact name="may sign for">{anchor.models.join(', ')}</Fact>
        <Fact name="purposes">{anchor.purposes.map((purpose) => purposeWords[purpose]).join(', ')}</Fact>
        <Fact name="formats">{anchor.formats.length === 0 ? 'any' : anchor.formats.join(', ')}</Fact>
        {limitsOf(anchor).map(([name, text]) => (
          <Fact key={name} name={name}>
            <PlainText text={text} />
          </Fact>
        ))}
        <Fact name="fingerprint">
          <Fingerprint fingerprint={anchor.fingerprint} />
        </Fact>
        <Fact name="kind">{kindWords[anchor.kind]}</Fact>
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
        <Fact name="confirmed">
          <AgeBar at={anchor.refreshedAt} />
        </Fact>
        {[
          ['valid from', anchor.validFrom],
          ['valid until', anchor.validUntil],
          ['expires', anchor.expiresAt],
        ].map(([name, at]) =>
          name && at ? (
            <Fact key={name} name={name}>
              <TimeText at={at} />
            </Fact>
          ) : null,
        )}
        {anchor.pack === null ? null : <Fact name="came with">trust pack {anchor.pack}</Fact>}
      </Facts>
      <div className={styles.acts}>
        <Button
          disabledReason={revokedAt === null ? null : 'The anchor is revoked.'}
          onClick={() => ask({ kind: 'refresh-anchor', id })}
        >
          Refresh…
        </Button>
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

/** What narrows an anchor beside models and formats, as it came with the key. */
function limitsOf({ identity, issuer, principals, namespaces }: Anchor): [string, string][] {
  const limits: [string, string][] = [
    ['identity', identity ?? ''],
    ['issuer', issuer ?? ''],
    ['principals', principals.join(', ')],
    ['namespaces', namespaces.join(', ')],
  ];
  return limits.filter(([, text]) => text !== '');
}
