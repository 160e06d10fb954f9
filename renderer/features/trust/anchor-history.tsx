import { useState } from 'react';
import type { RetiredAnchor } from '#shared/contract/trust-store.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { DataTable } from '#renderer/components/data-table.tsx';
import { Fact } from '#renderer/components/facts.tsx';
import { Inspector } from '#renderer/components/inspector.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { type Column, compareBy } from '#renderer/components/table-columns.ts';
import { TimeText } from '#renderer/components/time-text.tsx';
import { useCall } from '#renderer/lib/query.ts';
import { AnchorFacts } from './anchor-facts.tsx';
import { fingerprintColumn, kindColumn } from './anchor-columns.tsx';
import styles from './trust.module.css';

const columns: readonly Column<RetiredAnchor>[] = [
  {
    id: 'owner',
    header: 'Owner',
    compare: compareBy((anchor) => anchor.owner),
    cell: (anchor) => <PlainText text={anchor.owner} />,
  },
  kindColumn,
  fingerprintColumn,
  {
    id: 'why',
    header: 'Why',
    cell: (anchor) => <PlainText text={anchor.retiredReason} />,
  },
  {
    id: 'by',
    header: 'Removed by',
    width: '120px',
    keepFrom: 'middle',
    cell: (anchor) => <PlainText text={anchor.retiredBy} />,
  },
  {
    id: 'at',
    header: 'Removed',
    width: '152px',
    compare: compareBy((anchor) => anchor.retiredAt),
    cell: (anchor) => <TimeText at={anchor.retiredAt} />,
  },
];

/** Anchors that no longer count: removed by a person, or dropped by a trust pack. Nothing is shown while there are none. */
export function AnchorHistory() {
  const query = useCall('anchors.history', {}, ['anchors']);
  const [opened, setOpened] = useState<string | null>(null);
  const row = query.value?.find(({ id }) => id === opened);
  if (query.failure === null && (query.value ?? []).length === 0) return null;
  return (
    <section className={styles.section}>
      <div className={styles.heading}>
        <SectionHeader title="Anchors that were removed">
          <span className={styles.quiet}>{formatNoun(query.value?.length ?? 0, 'key')}</span>
        </SectionHeader>
      </div>
      <Loaded query={query} label="Reading the history of the anchors">
        {(rows) => (
          <DataTable
            label="Anchors that were removed"
            columns={columns}
            rows={rows}
            rowId={({ id }) => id}
            selectedId={opened ?? undefined}
            onSelect={({ id }) => setOpened(id)}
            sortedBy={{ column: 'at', descending: true }}
          />
        )}
      </Loaded>
      {row === undefined ? null : (
        <Inspector key={row.id} title={<PlainText text={row.owner} />} onClose={() => setOpened(null)}>
          <AnchorFacts anchor={row}>
            <Fact name="removed">
              <TimeText at={row.retiredAt} /> by <PlainText text={row.retiredBy} />
            </Fact>
            <Fact name="why">
              <PlainText text={row.retiredReason} />
            </Fact>
          </AnchorFacts>
        </Inspector>
      )}
    </section>
  );
}
