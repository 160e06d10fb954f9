import type { AuditEntry } from '#shared/contract/audit.ts';
import { DataTable } from '#renderer/components/data-table.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { compareBy, type Column } from '#renderer/components/table-columns.ts';
import { TimeText } from '#renderer/components/time-text.tsx';
import { goTo } from '#renderer/lib/navigation.ts';
import { useCall } from '#renderer/lib/query.ts';

const columns: readonly Column<AuditEntry>[] = [
  {
    id: 'receipt',
    header: 'Receipt',
    cell: ({ body }) => <PlainText mono text={body.object} />,
  },
  {
    id: 'outcome',
    header: 'State',
    width: '120px',
    cell: ({ body }) => (body.outcome === 'done' ? 'written' : body.outcome),
    compare: compareBy(({ body }) => body.outcome),
  },
  {
    id: 'by',
    header: 'By',
    width: '140px',
    keepFrom: 'middle',
    cell: ({ body }) => <PlainText text={body.who} />,
    compare: compareBy(({ body }) => body.who),
  },
  {
    id: 'at',
    header: 'When',
    width: '160px',
    cell: ({ body }) => <TimeText at={body.at} />,
    compare: compareBy(({ body }) => body.at),
  },
];

/** Receipts that this site wrote, as the log has them; Enter shows the entry and its proof. */
export function ReceiptList() {
  const written = useCall('audit.list', { act: 'receipt.create', limit: 500 }, ['audit']);
  return (
    <Loaded query={written} label="Reading the receipts">
      {(rows) =>
        rows.length === 0 ? (
          <EmptyState sentence="No receipt was written yet. A receipt says what this site holds; the sending site leaves that out of its next set." />
        ) : (
          <DataTable
            label="Receipts written here"
            columns={columns}
            rows={rows}
            rowId={({ index }) => String(index)}
            onOpen={({ index }) => goTo('activity', { entry: String(index) })}
            sortedBy={{ column: 'at', descending: true }}
          />
        )
      }
    </Loaded>
  );
}
