import { useState } from 'react';
import type { AcceptedPack } from '#shared/contract/trust-pack.ts';
import type { TrustStatus } from '#shared/contract/trust-status.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { Button } from '#renderer/components/button.tsx';
import { CheckList } from '#renderer/components/check-list.tsx';
import { DataTable } from '#renderer/components/data-table.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { Inspector } from '#renderer/components/inspector.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { type Column, compareBy } from '#renderer/components/table-columns.ts';
import { AgeText, TimeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { useCall } from '#renderer/lib/query.ts';
import { AgeBar } from './age-bar.tsx';
import { MakePackDialog } from './make-pack-dialog.tsx';
import { PackChangesView, QuorumList } from './pack-view.tsx';
import { SignPackDialog } from './sign-pack-dialog.tsx';
import { TakePackDialog } from './take-pack-dialog.tsx';
import { ask, useTrust } from './trust-store.ts';
import packStyles from './packs.module.css';
import styles from './trust.module.css';

interface PackRow extends AcceptedPack {
  readonly inForce: boolean;
}

const idOf = ({ digest, acceptedAt }: AcceptedPack) => `${digest} ${acceptedAt}`;

const columns: readonly Column<PackRow>[] = [
  {
    id: 'number',
    header: 'Pack',
    width: '84px',
    align: 'end',
    compare: compareBy((row) => row.number),
    cell: (row) => row.number,
  },
  {
    id: 'authority',
    header: 'Authority',
    compare: compareBy((row) => row.authority),
    cell: (row) => row.authority,
  },
  { id: 'state', header: 'State', width: '132px', cell: (row) => <PackState row={row} /> },
  {
    id: 'holds',
    header: 'Holds',
    width: '200px',
    keepFrom: 'wide',
    cell: (row) => `${formatNoun(row.anchors, 'anchor')}, ${formatNoun(row.revocations, 'revocation')}`,
  },
  {
    id: 'accepted',
    header: 'Accepted',
    width: '152px',
    keepFrom: 'middle',
    compare: compareBy((row) => row.acceptedAt),
    cell: (row) => <TimeText at={row.acceptedAt} />,
  },
  {
    id: 'by',
    header: 'By',
    width: '112px',
    keepFrom: 'wide',
    cell: (row) => <PlainText text={row.acceptedBy} />,
  },
  {
    id: 'age',
    header: 'Age',
    width: '128px',
    compare: compareBy((row) => row.createdAt),
    cell: (row) => <AgeBar at={row.createdAt} fullDays={row.maxAgeDays} />,
  },
];

/** In force or replaced; that somebody went back is never hidden behind it. */
function PackState({ row }: { row: PackRow }) {
  if (row.olderReason !== null)
    return <VerdictMark verdict="warning" label={row.inForce ? 'went back to' : 'went back, replaced'} />;
  return row.inForce ? (
    <VerdictMark verdict="verified" label="in force" />
  ) : (
    <VerdictMark verdict="not-checked" label="replaced" />
  );
}

/** How old the trust data is, the packs that brought it, and how packs come in and are made. */
export function PacksPage() {
  const status = useCall('trust.status', {}, ['trust', 'anchors']);
  return (
    <Loaded query={status} label="Reading the trust data">
      {(value) => (
        <>
          <TrustData status={value} />
          <Packs status={value} />
          <PackDialogs status={value} />
        </>
      )}
    </Loaded>
  );
}

function TrustData({ status }: { status: TrustStatus }) {
  const { oldestAnchorDays, clock, checks } = status;
  return (
    <section className={styles.section}>
      <div className={styles.heading}>
        <SectionHeader title="Age of the trust data" />
      </div>
      <div className={packStyles.status}>
        <Facts>
          <Fact name="oldest anchor">
            {oldestAnchorDays === null ? 'no anchor is in force' : formatNoun(oldestAnchorDays, 'day')}
          </Fact>
          <Fact name="not before">
            {clock.floor === null ? (
              'no signed time was seen yet'
            ) : (
              <>
                <TimeText at={clock.floor} />, by <PlainText text={clock.floorSource ?? ''} />
              </>
            )}
          </Fact>
        </Facts>
        <CheckList checks={checks} label="Age and clock" />
      </div>
    </section>
  );
}

function Packs({ status }: { status: TrustStatus }) {
  const [opened, setOpened] = useState<string | null>(null);
  const rows = status.packs.map((pack, index): PackRow => ({ ...pack, inForce: index === 0 }));
  const row = rows.find((each) => idOf(each) === opened);
  const acts = (
    <>
      <Button onClick={() => ask({ kind: 'take-pack' })}>Take in a pack…</Button>
      <Button onClick={() => ask({ kind: 'make-pack' })}>Make a pack…</Button>
      <Button onClick={() => ask({ kind: 'sign-pack' })}>Sign a pack…</Button>
    </>
  );
  return (
    <section className={styles.section}>
      <div className={styles.heading}>
        <SectionHeader title="Trust packs">
          {rows.length === 0 ? null : <div className={styles.line}>{acts}</div>}
        </SectionHeader>
      </div>
      {rows.length === 0 ? (
        <EmptyState
          sentence="No trust pack came in yet. A pack brings anchors and revocations by media, signed by several people, and is numbered so that nobody goes back unseen."
          action={<div className={styles.line}>{acts}</div>}
        />
      ) : (
        <DataTable
          label="Trust packs"
          columns={columns}
          rows={rows}
          rowId={idOf}
          selectedId={opened ?? undefined}
          onSelect={(each) => setOpened(idOf(each))}
        />
      )}
      {row ? <PackInspector key={idOf(row)} row={row} onClose={() => setOpened(null)} /> : null}
    </section>
  );
}

function PackInspector({ row, onClose }: { row: PackRow; onClose: () => void }) {
  const { digest, acceptedAt } = row;
  const detail = useCall('trust.pack.get', { digest, acceptedAt });
  return (
    <Inspector title={`Trust pack ${row.number} of ${row.authority}`} onClose={onClose}>
      <Facts>
        <Fact name="state">
          <PackState row={row} />
        </Fact>
        {row.olderReason === null ? null : (
          <Fact name="reason for going back">
            <PlainText text={row.olderReason} />
          </Fact>
        )}
        <Fact name="made">
          <TimeText at={row.createdAt} />, <AgeText at={row.createdAt} suffix=" ago" />
        </Fact>
        <Fact name="age limit">
          {row.maxAgeDays} days, until <TimeText at={row.expiresAt} />
        </Fact>
        <Fact name="accepted">
          <TimeText at={row.acceptedAt} /> by <PlainText text={row.acceptedBy} />
        </Fact>
        <Fact name="digest">
          <DigestText digest={digest} />
        </Fact>
      </Facts>
      <Loaded query={detail} label="Reading the pack">
        {({ before, quorums, changes }) => (
          <>
            <p className={styles.quiet}>
              {before === null
                ? 'The first pack here.'
                : `Compared with pack ${before.number}, which it replaced.`}
            </p>
            {quorums.map((quorum) => (
              <QuorumList key={quorum.roots} quorum={quorum} />
            ))}
            <PackChangesView changes={changes} />
          </>
        )}
      </Loaded>
    </Inspector>
  );
}

function PackDialogs({ status }: { status: TrustStatus }) {
  const request = useTrust((state) => state.request);
  const people = useCall('keys.list', {}, ['people']);
  if (request?.kind === 'take-pack') return <TakePackDialog />;
  if (request?.kind === 'sign-pack') return <SignPackDialog />;
  if (request?.kind === 'make-pack')
    return <MakePackDialog current={status.pack} people={people.value ?? []} />;
  return null;
}
