import type { Anchor } from '#shared/contract/trust.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { Button } from '#renderer/components/button.tsx';
import { DataTable } from '#renderer/components/data-table.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { type Column, compareBy } from '#renderer/components/table-columns.ts';
import { TimeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import type { Query } from '#renderer/lib/query.ts';
import { useNow } from '#renderer/lib/time.ts';
import { AgeBar } from './age-bar.tsx';
import { fingerprintColumn, kindColumn } from './anchor-columns.tsx';
import { anchorState } from './anchor-words.ts';
import { ask, openAnchor, useTrust } from './trust-store.ts';
import styles from './trust.module.css';

const columns: readonly Column<Anchor>[] = [
  {
    id: 'owner',
    header: 'Owner',
    compare: compareBy((anchor) => anchor.owner),
    cell: (anchor) => (
      <span className={styles.name}>
        <PlainText text={anchor.owner} />
      </span>
    ),
  },
  {
    id: 'models',
    header: 'May sign for',
    cell: (anchor) => <span title={anchor.models.join(', ')}>{anchor.models.join(', ')}</span>,
  },
  kindColumn,
  fingerprintColumn,
  {
    id: 'state',
    header: 'State',
    width: '116px',
    compare: compareBy((anchor) => anchor.revokedAt ?? ''),
    cell: (anchor) => <AnchorState anchor={anchor} />,
  },
  {
    id: 'accepted',
    header: 'Accepted by',
    width: '108px',
    keepFrom: 'wide',
    cell: (anchor) => <PlainText text={anchor.addedBy} />,
  },
  {
    id: 'added',
    header: 'Accepted',
    width: '152px',
    keepFrom: 'wide',
    compare: compareBy((anchor) => anchor.addedAt),
    cell: (anchor) => <TimeText at={anchor.addedAt} />,
  },
  {
    id: 'age',
    header: 'Age',
    width: '128px',
    keepFrom: 'middle',
    compare: compareBy((anchor) => anchor.refreshedAt),
    cell: (anchor) => <AgeBar at={anchor.refreshedAt} />,
  },
];

/** Whether an anchor counts now. */
export function AnchorState({ anchor }: { anchor: Anchor }) {
  const { verdict, word } = anchorState(anchor, useNow());
  return <VerdictMark verdict={verdict} label={word} />;
}

/** The keys whose signatures count, by owner. */
export function AnchorTable({ query }: { query: Query<Anchor[]> }) {
  const opened = useTrust((state) => state.opened);
  const count = query.value?.length ?? 0;
  return (
    <section className={styles.section}>
      <div className={styles.heading}>
        <SectionHeader title="Anchors">
          <span className={styles.quiet}>{count === 0 ? '' : formatNoun(count, 'key')}</span>
        </SectionHeader>
      </div>
      <Loaded query={query} label="Reading the anchors">
        {(anchors) =>
          anchors.length === 0 ? (
            <EmptyState
              sentence="No key is an anchor yet, so no signature counts. Add the public key of somebody whose models you take in."
              action={<Button onClick={() => ask({ kind: 'add-anchor' })}>Add an anchor…</Button>}
            />
          ) : (
            <DataTable
              label="Anchors"
              columns={columns}
              rows={anchors}
              rowId={(anchor) => anchor.id}
              selectedId={opened ?? undefined}
              onSelect={(anchor) => openAnchor(anchor.id)}
              sortedBy={{ column: 'owner' }}
            />
          )
        }
      </Loaded>
    </section>
  );
}
