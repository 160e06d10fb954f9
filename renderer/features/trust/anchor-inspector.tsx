import type { Anchor } from '#shared/contract/trust.ts';
import { Button } from '#renderer/components/button.tsx';
import { Fact } from '#renderer/components/facts.tsx';
import { Inspector } from '#renderer/components/inspector.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { TimeText } from '#renderer/components/time-text.tsx';
import { useCall } from '#renderer/lib/query.ts';
import { AnchorFacts } from './anchor-facts.tsx';
import { AnchorState } from './anchor-table.tsx';
import { actWords, anchorRefusals } from './anchor-words.ts';
import { ask } from './trust-store.ts';
import styles from './trust.module.css';

/** Everything about one anchor, and what can be done to it; what cannot says why. */
export function AnchorInspector({ anchor, onClose }: { anchor: Anchor; onClose: () => void }) {
  const { id, revokedAt, revokedReason } = anchor;
  const refusals = anchorRefusals(anchor);
  return (
    <Inspector title={<PlainText text={anchor.owner} />} onClose={onClose}>
      <AnchorFacts anchor={anchor}>
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
      </AnchorFacts>
      <div className={styles.acts}>
        <Button disabledReason={refusals.limit} onClick={() => ask({ kind: 'limit-anchor', id })}>
          Change what it counts for…
        </Button>
        <Button disabledReason={refusals.refresh} onClick={() => ask({ kind: 'refresh-anchor', id })}>
          Refresh…
        </Button>
        <Button
          variant="danger"
          disabledReason={refusals.revoke}
          onClick={() => ask({ kind: 'revoke-anchor', id })}
        >
          Revoke…
        </Button>
        <Button
          variant="danger"
          disabledReason={refusals.remove}
          onClick={() => ask({ kind: 'remove-anchor', id })}
        >
          Remove…
        </Button>
      </div>
      {anchor.pack === null ? null : (
        <p className={styles.quiet}>
          It came with trust pack {anchor.pack}: only a newer pack changes or removes it. Revoking it here
          works at once, and no pack takes that back.
        </p>
      )}
      <OnRecord id={id} />
    </Inspector>
  );
}

/** What was done to the anchor since it came, as the log has it. */
function OnRecord({ id }: { id: string }) {
  const entries = useCall('audit.list', { text: id, limit: 20 }, ['anchors', 'audit']).value ?? [];
  const own = entries.filter(({ body }) => body.details['anchor'] === id);
  if (own.length === 0) return null;
  return (
    <div>
      <SectionHeader title="On record" />
      <ul className={styles.record}>
        {own.map(({ index, body }) => (
          <li key={index}>
            <TimeText at={body.at} /> <PlainText text={body.who} /> {actWords(body.act)}
            {body.details['after'] === undefined ? null : (
              <>
                {' to '}
                <PlainText text={body.details['after']} />
              </>
            )}
            {body.reason === null ? null : (
              <>
                {': '}
                <PlainText text={body.reason} />
              </>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
