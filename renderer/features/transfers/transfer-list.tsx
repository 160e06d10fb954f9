import { useMemo } from 'react';
import type { ListedTransfer } from '#shared/contract/transfers.ts';
import { DataTable } from '#renderer/components/data-table.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { SizeText } from '#renderer/components/size-text.tsx';
import { compareBy, type Column } from '#renderer/components/table-columns.ts';
import { TimeText } from '#renderer/components/time-text.tsx';
import { VolumeBars } from '#renderer/components/volume-bars.tsx';
import { Button } from '#renderer/components/button.tsx';
import { transferState } from './custody-words.ts';
import { TransferInspector } from './transfer-inspector.tsx';
import { showNewSet, showReceive, useTransfers } from './transfers-store.ts';

const nameOf = (transfer: ListedTransfer) =>
  transfer.releases.map(({ model, version }) => `${model} ${version}`).join(', ');

/** A set may leave and come back: direction and id together name a row. */
const rowId = (transfer: ListedTransfer) => `${transfer.direction} ${transfer.setId}`;

/** A set on record is complete: its volumes are full. */
function fullBars(count: number) {
  return Array.from({ length: count }, () => ({ fill: 1, isProven: true }));
}

const columns: readonly Column<ListedTransfer>[] = [
  {
    id: 'set',
    header: 'Set',
    width: '92px',
    cell: (transfer) => <code>{transfer.setId.slice(0, 8)}</code>,
  },
  {
    id: 'releases',
    header: 'Releases',
    cell: nameOf,
    compare: compareBy(nameOf),
  },
  {
    id: 'state',
    header: 'State',
    width: '210px',
    cell: (transfer) => <PlainText text={transferState(transfer)} />,
    compare: compareBy(transferState),
  },
  {
    id: 'site',
    header: 'Origin',
    width: '120px',
    keepFrom: 'wide',
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
    width: '100px',
    keepFrom: 'wide',
    cell: (transfer) => <VolumeBars bars={fullBars(transfer.volumes)} words={String(transfer.volumes)} />,
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

const empty = {
  out: {
    sentence:
      'No set has left yet. A transfer set carries releases across the gap, signed, on one volume or several.',
    action: (
      <Button variant="primary" onClick={showNewSet}>
        New set…
      </Button>
    ),
  },
  in: {
    sentence:
      'No set has arrived yet. A set is checked before anything of it is read, and lands in quarantine.',
    action: <Button onClick={showReceive}>Receive a set…</Button>,
  },
} as const;

export interface TransferListProps {
  transfers: readonly ListedTransfer[];
  direction: ListedTransfer['direction'];
}

/** The sets of one direction; the selected one opens in the inspector. */
export function TransferList({ transfers, direction }: TransferListProps) {
  const rows = useMemo(
    () => transfers.filter((transfer) => transfer.direction === direction),
    [transfers, direction],
  );
  const selectedSet = useTransfers((state) => state.selectedSet);
  const select = (id: string | null) => useTransfers.setState({ selectedSet: id });
  const selected = rows.find((transfer) => rowId(transfer) === selectedSet);
  if (rows.length === 0) return <EmptyState {...empty[direction]} />;
  return (
    <>
      <DataTable
        label={direction === 'out' ? 'Sets sent' : 'Sets received'}
        columns={columns}
        rows={rows}
        rowId={rowId}
        selectedId={selectedSet ?? undefined}
        onSelect={(transfer) => select(rowId(transfer))}
        sortedBy={{ column: 'at', descending: true }}
      />
      {selected ? (
        <TransferInspector key={rowId(selected)} transfer={selected} onClose={() => select(null)} />
      ) : null}
    </>
  );
}
