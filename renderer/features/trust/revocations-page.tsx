import { useState } from 'react';
import type { SiteRevocation } from '#shared/contract/trust-store.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { Button } from '#renderer/components/button.tsx';
import { ConfirmDialog } from '#renderer/components/confirm-dialog.tsx';
import { DataTable } from '#renderer/components/data-table.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { Inspector } from '#renderer/components/inspector.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { type Column, compareBy } from '#renderer/components/table-columns.ts';
import { TimeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { call } from '#renderer/lib/bridge.ts';
import { useCall } from '#renderer/lib/query.ts';
import { AddRevocationDialog } from './add-revocation-dialog.tsx';
import { AffectedList } from './affected-list.tsx';
import { listAffected } from './revocation-words.ts';
import styles from './trust.module.css';

const columns: readonly Column<SiteRevocation>[] = [
  {
    id: 'kind',
    header: 'What',
    width: '92px',
    compare: compareBy((row) => row.kind),
    cell: (row) => row.kind,
  },
  {
    id: 'value',
    header: 'Value',
    compare: compareBy((row) => row.value),
    cell: (row) => <PlainText mono text={row.value} />,
  },
  {
    id: 'state',
    header: 'State',
    width: '96px',
    cell: (row) => <RevocationState row={row} />,
  },
  {
    id: 'hits',
    header: 'Hits here',
    width: '92px',
    align: 'end',
    compare: compareBy((row) => listAffected(row.affects).length),
    cell: (row) => listAffected(row.affects).length,
  },
  {
    id: 'by',
    header: 'Decided by',
    width: '120px',
    keepFrom: 'middle',
    cell: (row) => <DecidedBy row={row} />,
  },
  {
    id: 'at',
    header: 'Revoked',
    width: '152px',
    keepFrom: 'wide',
    compare: compareBy((row) => row.revokedAt),
    cell: (row) => <TimeText at={row.revokedAt} />,
  },
];

function RevocationState({ row }: { row: SiteRevocation }) {
  return row.liftedAt === null ? (
    <VerdictMark verdict="failed" label="revoked" />
  ) : (
    <VerdictMark verdict="not-checked" label="lifted" />
  );
}

function DecidedBy({ row }: { row: SiteRevocation }) {
  return row.pack === null ? <PlainText text={row.recordedBy} /> : `trust pack ${row.pack}`;
}

/** What no longer counts, whatever vouches for it, and what that hits at this site now. */
export function RevocationsPage() {
  const query = useCall('trust.revocations.list', { lifted: true }, [
    'trust',
    'releases',
    'channels',
    'imports',
    'deployments',
  ]);
  const [opened, setOpened] = useState<string | null>(null);
  const [isAdding, setAdding] = useState(false);
  const row = query.value?.find(({ id }) => id === opened);
  const add = <Button onClick={() => setAdding(true)}>Revoke…</Button>;
  return (
    <section className={styles.section}>
      <div className={styles.heading}>
        <SectionHeader title="Revocations">{query.value?.length ? add : null}</SectionHeader>
      </div>
      <Loaded query={query} label="Reading the revocations">
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState
              sentence="Nothing is revoked. A digest, a key or a certificate that is revoked no longer counts, whatever vouches for it."
              action={add}
            />
          ) : (
            <DataTable
              label="Revocations"
              columns={columns}
              rows={rows}
              rowId={({ id }) => id}
              selectedId={opened ?? undefined}
              onSelect={({ id }) => setOpened(id)}
              sortedBy={{ column: 'at', descending: true }}
            />
          )
        }
      </Loaded>
      {row ? <RevocationInspector key={row.id} row={row} onClose={() => setOpened(null)} /> : null}
      {isAdding ? <AddRevocationDialog onClose={() => setAdding(false)} /> : null}
    </section>
  );
}

function RevocationInspector({ row, onClose }: { row: SiteRevocation; onClose: () => void }) {
  const [isLifting, setLifting] = useState(false);
  const { id, kind, value, reason, revokedAt, liftedAt, liftedBy, liftedReason, pack, affects } = row;
  return (
    <Inspector title={`Revoked ${kind}`} onClose={onClose}>
      <Facts>
        <Fact name="state">
          <RevocationState row={row} />
        </Fact>
        <Fact name="value">
          <PlainText mono text={value} />
        </Fact>
        <Fact name="reason">
          <PlainText text={reason} />
        </Fact>
        <Fact name="revoked">
          <TimeText at={revokedAt} /> by <DecidedBy row={row} />
        </Fact>
        {liftedAt === null ? null : (
          <Fact name="lifted">
            <TimeText at={liftedAt} /> by <PlainText text={liftedBy ?? ''} />:{' '}
            <PlainText text={liftedReason ?? ''} />
          </Fact>
        )}
      </Facts>
      <SectionHeader title={`Hits here (${formatNoun(listAffected(affects).length, 'place')})`} />
      <AffectedList affects={affects} linked />
      <div className={styles.acts}>
        <Button variant="danger" disabledReason={liftRefusal(row)} onClick={() => setLifting(true)}>
          Lift…
        </Button>
      </div>
      <ConfirmDialog
        open={isLifting}
        title={`Lift the revocation of a ${kind}`}
        consequence={<PlainText mono text={value} />}
        actLabel={`Lift the revocation of this ${kind}`}
        danger
        reason="required"
        onConfirm={(answer) => call('trust.revocations.lift', { id, reason: answer.reason })}
        onClose={() => setLifting(false)}
      />
    </Inspector>
  );

  function liftRefusal({ liftedAt: lifted }: SiteRevocation): string | null {
    if (lifted !== null) return 'The revocation is lifted already.';
    return pack === null ? null : `It came with trust pack ${pack}, and only its issuer can leave it out.`;
  }
}
