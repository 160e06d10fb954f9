import { ArrowDownLeft, ArrowUpRight } from 'lucide-react';
import { useMemo } from 'react';
import type { Transfer } from '#shared/contract/transfers.ts';
import { Button } from '#renderer/components/button.tsx';
import { DataTable } from '#renderer/components/data-table.tsx';
import { CopyableText } from '#renderer/components/digest-text.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { Inspector } from '#renderer/components/inspector.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { SizeText } from '#renderer/components/size-text.tsx';
import { compareBy, type Column } from '#renderer/components/table-columns.ts';
import { TimeText } from '#renderer/components/time-text.tsx';
import { LinkButton } from '#renderer/components/button.tsx';
import { goTo } from '#renderer/lib/navigation.ts';
import { useCall } from '#renderer/lib/query.ts';
import { showNewSet, showReceive, useTransfers } from './transfers-store.ts';
import styles from './transfers.module.css';

const nameOf = (transfer: Transfer) =>
  transfer.releases.map(({ model, version }) => `${model} ${version}`).join(', ');

/** A set may leave and come back: direction and id together name a row. */
const rowId = (transfer: Transfer) => `${transfer.direction} ${transfer.setId}`;

function Direction({ transfer }: { transfer: Transfer }) {
  const isOut = transfer.direction === 'out';
  const Icon = isOut ? ArrowUpRight : ArrowDownLeft;
  return (
    <span className={styles.direction}>
      <Icon size={14} aria-hidden />
      {isOut ? 'written' : 'received'}
    </span>
  );
}

/** One small bar for each volume; they are full, since a set on record is complete. */
function VolumeBars({ count }: { count: number }) {
  return (
    <span className={styles.volumes}>
      {count}
      <span className={styles.bars} aria-hidden>
        {Array.from({ length: Math.min(count, 12) }, (_, index) => (
          <span key={index} />
        ))}
      </span>
    </span>
  );
}

const columns: readonly Column<Transfer>[] = [
  {
    id: 'set',
    header: 'Set',
    width: '92px',
    cell: (transfer) => <code>{transfer.setId.slice(0, 8)}</code>,
  },
  {
    id: 'direction',
    header: 'Direction',
    width: '104px',
    cell: (transfer) => <Direction transfer={transfer} />,
    compare: compareBy((transfer) => transfer.direction),
  },
  {
    id: 'releases',
    header: 'Releases',
    cell: nameOf,
    compare: compareBy(nameOf),
  },
  {
    id: 'site',
    header: 'Origin',
    width: '132px',
    keepFrom: 'middle',
    cell: (transfer) => (
      <>
        <PlainText text={transfer.site} /> #{transfer.sequence}
      </>
    ),
    compare: compareBy((transfer) => transfer.site),
  },
  {
    id: 'volumes',
    header: 'Volumes',
    width: '110px',
    keepFrom: 'wide',
    cell: (transfer) => <VolumeBars count={transfer.volumes} />,
    compare: compareBy((transfer) => transfer.volumes),
  },
  {
    id: 'size',
    header: 'Size',
    width: '84px',
    align: 'end',
    cell: (transfer) => <SizeText sizeBytes={transfer.payloadBytes} />,
    compare: compareBy((transfer) => transfer.payloadBytes),
  },
  {
    id: 'at',
    header: 'When',
    width: '160px',
    keepFrom: 'middle',
    cell: (transfer) => <TimeText at={transfer.at} />,
    compare: compareBy((transfer) => transfer.at),
  },
];

/** All sets on record; the selected one opens in the inspector. */
export function TransferList() {
  const transfers = useCall('transfers.list', {}, ['transfers']);
  const selectedSet = useTransfers((state) => state.selectedSet);
  const select = (id: string | null) => useTransfers.setState({ selectedSet: id });
  const selected = useMemo(
    () => transfers.value?.find((transfer) => rowId(transfer) === selectedSet),
    [transfers.value, selectedSet],
  );
  return (
    <Loaded query={transfers} label="Reading the transfers">
      {(rows) =>
        rows.length === 0 ? (
          <EmptyState
            sentence="No set has left or arrived yet. A transfer set carries releases across the gap, signed, on one volume or several."
            action={
              <div className={styles.acts}>
                <Button variant="primary" onClick={showNewSet}>
                  New set…
                </Button>
                <Button onClick={showReceive}>Receive a set…</Button>
              </div>
            }
          />
        ) : (
          <>
            <DataTable
              label="Transfer sets"
              columns={columns}
              rows={rows}
              rowId={rowId}
              selectedId={selectedSet ?? undefined}
              onSelect={(transfer) => select(rowId(transfer))}
              sortedBy={{ column: 'at', descending: true }}
            />
            {selected ? <TransferInspector transfer={selected} onClose={() => select(null)} /> : null}
          </>
        )
      }
    </Loaded>
  );
}

function TransferInspector({ transfer, onClose }: { transfer: Transfer; onClose: () => void }) {
  const { setId, direction, site, sequence, at, by, volumes, payloadBytes, releases, deltaOf } = transfer;
  return (
    <Inspector title={`Set ${setId.slice(0, 8)}`} onClose={onClose}>
      <Facts>
        <Fact name="set id">
          <CopyableText text={setId} what="set id" />
        </Fact>
        <Fact name="direction">{direction === 'out' ? 'written here' : 'received here'}</Fact>
        <Fact name="origin">
          <PlainText text={site} />, set number {sequence}
        </Fact>
        <Fact name="when">
          <TimeText at={at} /> by <PlainText text={by} />
        </Fact>
        <Fact name="volumes">{volumes}</Fact>
        <Fact name="payload">
          <SizeText sizeBytes={payloadBytes} />
        </Fact>
        <Fact name="kind">
          {deltaOf === null ? (
            'complete'
          ) : (
            <>
              delta against receipt <PlainText mono text={deltaOf} />
            </>
          )}
        </Fact>
      </Facts>
      <section>
        <SectionHeader title={`Releases (${releases.length})`} />
        <ul className={styles.lines}>
          {releases.map(({ model, version }) => (
            <li key={`${model} ${version}`}>
              <LinkButton onClick={() => goTo('models', { model, version })}>
                {model}@{version}
              </LinkButton>
            </li>
          ))}
        </ul>
      </section>
    </Inspector>
  );
}
