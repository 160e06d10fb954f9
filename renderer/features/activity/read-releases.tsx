import type { FixityStatus, ReadRelease } from '#shared/contract/fixity.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { DataTable } from '#renderer/components/data-table.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { SizeText } from '#renderer/components/size-text.tsx';
import { compareBy, type Column } from '#renderer/components/table-columns.ts';
import { TimeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';

const columns: readonly Column<ReadRelease>[] = [
  {
    id: 'release',
    header: 'Release',
    cell: ({ model, version }) => <PlainText text={`${model} ${version}`} />,
    compare: compareBy(({ model, version }) => `${model} ${version}`),
  },
  {
    id: 'state',
    header: 'As published',
    width: '210px',
    cell: (release) => <VerdictMark {...stateOf(release)} />,
    compare: compareBy((release) => stateOf(release).label),
  },
  {
    id: 'read',
    header: 'Oldest reading',
    width: '190px',
    cell: ({ oldestReadAt }) => (oldestReadAt === null ? 'never' : <TimeText at={oldestReadAt} />),
    compare: compareBy(({ oldestReadAt }) => oldestReadAt ?? ''),
  },
  {
    id: 'blobs',
    header: 'Blobs',
    width: '72px',
    align: 'end',
    keepFrom: 'middle',
    cell: ({ blobs }) => blobs,
    compare: compareBy(({ blobs }) => blobs),
  },
  {
    id: 'size',
    header: 'Size',
    width: '92px',
    align: 'end',
    cell: ({ sizeBytes }) => <SizeText sizeBytes={sizeBytes} />,
    compare: compareBy(({ sizeBytes }) => sizeBytes),
  },
];

function stateOf({ damaged, neverRead, isDue }: ReadRelease) {
  if (damaged > 0) return { verdict: 'failed', label: `${formatNoun(damaged, 'blob')} damaged` } as const;
  if (neverRead > 0)
    return { verdict: 'not-checked', label: `${formatNoun(neverRead, 'blob')} never read` } as const;
  if (isDue) return { verdict: 'warning', label: 'due to be read' } as const;
  return { verdict: 'verified', label: 'as published' } as const;
}

/** When each release was last read to its end; the blob that was read longest ago counts. */
export function ReadReleases({ status }: { status: FixityStatus }) {
  if (status.releases.length === 0) {
    return (
      <EmptyState sentence="Nothing is stored yet. Once a release is published, this says when its bytes were last read and compared with its digests." />
    );
  }
  return (
    <DataTable
      label="Last readings"
      columns={columns}
      rows={status.releases}
      rowId={({ model, version }) => `${model}@${version}`}
      sortedBy={{ column: 'read' }}
    />
  );
}
