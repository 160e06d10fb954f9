import type { DamagedBlob } from '#shared/contract/fixity.ts';
import { Button } from '#renderer/components/button.tsx';
import { DataTable } from '#renderer/components/data-table.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { SizeText } from '#renderer/components/size-text.tsx';
import { compareBy, type Column } from '#renderer/components/table-columns.ts';
import { TimeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { askStore } from './activity-store.ts';
import { damageWords, describeRanges } from './store-words.ts';
import styles from './store.module.css';

const columns: readonly Column<DamagedBlob>[] = [
  {
    id: 'what',
    header: 'State',
    width: '130px',
    cell: ({ what }) => <VerdictMark verdict="failed" label={damageWords[what]} />,
    compare: compareBy(({ what }) => what),
  },
  {
    id: 'files',
    header: 'Affects',
    cell: ({ files }) => (
      <span title={files.join('\n')}>
        <PlainText text={files[0] ?? ''} />
        {files.length > 1 ? ` and ${files.length - 1} more` : ''}
      </span>
    ),
    compare: compareBy(({ files }) => files[0] ?? ''),
  },
  {
    id: 'ranges',
    header: 'Where',
    width: '240px',
    cell: (blob) => describeRanges(blob),
  },
  {
    id: 'digest',
    header: 'Blob',
    width: '150px',
    keepFrom: 'wide',
    cell: ({ digest }) => <DigestText digest={digest} />,
  },
  {
    id: 'size',
    header: 'Size',
    width: '84px',
    align: 'end',
    keepFrom: 'middle',
    cell: ({ sizeBytes }) => <SizeText sizeBytes={sizeBytes} />,
    compare: compareBy(({ sizeBytes }) => sizeBytes),
  },
  {
    id: 'found',
    header: 'Found',
    width: '160px',
    keepFrom: 'middle',
    cell: ({ foundAt }) => <TimeText at={foundAt} />,
    compare: compareBy(({ foundAt }) => foundAt),
  },
];

/** Blobs that were not as published when they were last read, what they affect, and the way to repair them. */
export function DamagedList({ damaged }: { damaged: readonly DamagedBlob[] }) {
  if (damaged.length === 0) {
    return (
      <EmptyState sentence="No blob is known to be damaged. What was never read, or was read long ago, may still be: the last readings say how old each is." />
    );
  }
  return (
    <div className={styles.tab}>
      <div className={styles.actions}>
        <p className={styles.quiet}>
          Damaged copies are set aside; what is good in them is used. Releases with a damaged blob cannot be
          sent anywhere until it is repaired.
        </p>
        <Button variant="primary" onClick={() => askStore({ kind: 'repair' })}>
          Repair…
        </Button>
      </div>
      <DataTable label="Damaged blobs" columns={columns} rows={damaged} rowId={({ digest }) => digest} />
    </div>
  );
}
