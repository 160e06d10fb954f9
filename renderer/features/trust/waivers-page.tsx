import { useState } from 'react';
import type { Waiver } from '#shared/contract/policy.ts';
import type { Verdict } from '#shared/contract/evidence.ts';
import { Button } from '#renderer/components/button.tsx';
import { ConfirmDialog } from '#renderer/components/confirm-dialog.tsx';
import { DataTable } from '#renderer/components/data-table.tsx';
import { CopyButton, DigestText, Fingerprint } from '#renderer/components/digest-text.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { Inspector } from '#renderer/components/inspector.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { type Column, compareBy } from '#renderer/components/table-columns.ts';
import { TimeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { call } from '#renderer/lib/bridge.ts';
import { useCall } from '#renderer/lib/query.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import styles from './policy.module.css';

const marks: Record<Waiver['state'], Verdict> = {
  active: 'verified',
  expired: 'not-checked',
  revoked: 'not-checked',
  invalid: 'failed',
};

const columns: readonly Column<Waiver>[] = [
  {
    id: 'rule',
    header: 'Rule',
    width: '200px',
    compare: compareBy((waiver) => waiver.rule),
    cell: (waiver) => <code title={waiver.rule}>{waiver.rule}</code>,
  },
  {
    id: 'object',
    header: 'For',
    compare: compareBy((waiver) => waiver.object),
    cell: (waiver) => (
      <span title={toVisibleText(waiver.object)}>
        <PlainText text={waiver.object} />
      </span>
    ),
  },
  {
    id: 'state',
    header: 'State',
    width: '96px',
    compare: compareBy((waiver) => waiver.state),
    cell: (waiver) => <VerdictMark verdict={marks[waiver.state]} label={waiver.state} />,
  },
  {
    id: 'by',
    header: 'By',
    width: '110px',
    keepFrom: 'middle',
    compare: compareBy((waiver) => waiver.grantedBy),
    cell: (waiver) => <PlainText text={waiver.grantedBy} />,
  },
  {
    id: 'at',
    header: 'Granted',
    width: '152px',
    keepFrom: 'wide',
    compare: compareBy((waiver) => waiver.grantedAt),
    cell: (waiver) => <TimeText at={waiver.grantedAt} />,
  },
  {
    id: 'until',
    header: 'Until',
    width: '152px',
    keepFrom: 'wide',
    compare: compareBy((waiver) => waiver.expiresAt),
    cell: (waiver) =>
      waiver.expiresAt === null ? (
        <span className={styles.quiet}>no end</span>
      ) : (
        <TimeText at={waiver.expiresAt} />
      ),
  },
];

/** What was accepted although a rule says otherwise: by whom, why, for which bytes, until when. */
export function WaiversPage() {
  const waivers = useCall('waivers.list', {}, ['waivers']);
  const [opened, setOpened] = useState<string | null>(null);
  return (
    <Loaded query={waivers} label="Reading the waivers">
      {(all) => {
        const waiver = all.find(({ id }) => id === opened);
        if (all.length === 0) {
          return (
            <EmptyState sentence="Nothing was waived. A finding is waived where it is shown: in Intake, or under Scan of a release." />
          );
        }
        return (
          <>
            <DataTable
              label="Waivers"
              columns={columns}
              rows={all}
              rowId={({ id }) => id}
              selectedId={opened ?? undefined}
              onSelect={({ id }) => setOpened(id)}
              sortedBy={{ column: 'at', descending: true }}
            />
            {waiver ? (
              <WaiverInspector key={waiver.id} waiver={waiver} onClose={() => setOpened(null)} />
            ) : null}
          </>
        );
      }}
    </Loaded>
  );
}

function WaiverInspector({ waiver, onClose }: { waiver: Waiver; onClose: () => void }) {
  const [isAsking, setAsking] = useState(false);
  const { id, rule, object, subject, reason, grantedAt, grantedBy, key, expiresAt, revoked, state } = waiver;
  return (
    <Inspector title={`Waiver of ${rule}`} onClose={onClose}>
      <div className={styles.inspected}>
        <Facts>
          <Fact name="state">
            <VerdictMark verdict={marks[state]} label={state} />
          </Fact>
          <Fact name="for">
            <PlainText mono text={object} />
          </Fact>
          <Fact name="digest">
            <DigestText digest={subject} full />
          </Fact>
          <Fact name="reason">
            <PlainText text={reason} />
          </Fact>
          <Fact name="granted">
            <TimeText at={grantedAt} /> by <PlainText text={grantedBy} />
          </Fact>
          <Fact name="until">{expiresAt === null ? 'no end' : <TimeText at={expiresAt} />}</Fact>
          {revoked === null ? null : (
            <Fact name="revoked">
              <TimeText at={revoked.at} /> by <PlainText text={revoked.by} />:{' '}
              <PlainText text={revoked.reason} />
            </Fact>
          )}
          <Fact name="signed by">
            <Fingerprint fingerprint={key} />
          </Fact>
          <Fact name="id">
            <code>{id}</code>
          </Fact>
          <Fact name="envelope">
            DSSE, checkable without Sallyport{' '}
            <CopyButton text={waiver.envelope} what="the signed envelope as JSON" />
          </Fact>
        </Facts>
        <div>
          <Button
            variant="danger"
            disabledReason={revoked === null ? null : 'The waiver is revoked already.'}
            onClick={() => setAsking(true)}
          >
            Revoke…
          </Button>
        </div>
      </div>
      <ConfirmDialog
        open={isAsking}
        title={`Revoke the waiver of ${rule}`}
        consequence={
          <>
            From now on the findings of this rule count again for <PlainText text={object} />. What was
            published under the waiver stays published, and shows them.
          </>
        }
        actLabel={`Revoke the waiver of ${rule}`}
        danger
        reason="required"
        onConfirm={(answer) => call('waivers.revoke', { id, reason: answer.reason })}
        onClose={() => setAsking(false)}
      />
    </Inspector>
  );
}
