import type { Medium } from '#shared/contract/transfers.ts';
import { DataTable } from '#renderer/components/data-table.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { SizeText } from '#renderer/components/size-text.tsx';
import { compareBy, type Column } from '#renderer/components/table-columns.ts';
import { TimeText } from '#renderer/components/time-text.tsx';
import { useCall } from '#renderer/lib/query.ts';
import { knownByWords } from './custody-words.ts';
import { MediumInspector } from './medium-inspector.tsx';
import { useTransfers } from './transfers-store.ts';

const columns: readonly Column<Medium>[] = [
  {
    id: 'label',
    header: 'Label',
    cell: ({ label }) => (label === '' ? 'no label' : <PlainText text={label} />),
    compare: compareBy(({ label }) => label),
  },
  {
    id: 'knownAs',
    header: 'Known by',
    width: '200px',
    cell: ({ knownBy, knownAs }) =>
      knownBy === 'label-and-size' ? (
        knownByWords[knownBy]
      ) : (
        <span title={knownByWords[knownBy]}>
          <PlainText mono text={knownAs} />
        </span>
      ),
    compare: compareBy(({ knownAs }) => knownAs),
  },
  {
    id: 'fileSystem',
    header: 'File system',
    width: '92px',
    keepFrom: 'wide',
    cell: ({ fileSystem }) => <PlainText text={fileSystem} />,
    compare: compareBy(({ fileSystem }) => fileSystem),
  },
  {
    id: 'size',
    header: 'Size',
    width: '84px',
    align: 'end',
    cell: ({ sizeBytes }) => <SizeText sizeBytes={sizeBytes} />,
    compare: compareBy(({ sizeBytes }) => sizeBytes),
  },
  {
    id: 'owner',
    header: 'Owner',
    width: '120px',
    cell: ({ owner }) => (owner === null ? 'nobody said' : <PlainText text={owner} />),
    compare: compareBy(({ owner }) => owner),
  },
  {
    id: 'holder',
    header: 'Who has it',
    width: '120px',
    keepFrom: 'middle',
    cell: ({ holder }) => (holder === null ? 'this site' : <PlainText text={holder} />),
    compare: compareBy(({ holder }) => holder),
  },
  {
    id: 'seen',
    header: 'Last seen',
    width: '160px',
    keepFrom: 'wide',
    cell: ({ lastSeenAt }) => <TimeText at={lastSeenAt} />,
    compare: compareBy(({ lastSeenAt }) => lastSeenAt),
  },
];

/** The register: every medium that was ever plugged in here and can be told from others. */
export function MediaRegister() {
  const media = useCall('media.register', {}, ['media']);
  const selectedId = useTransfers((state) => state.selectedMedium);
  const select = (id: string | null) => useTransfers.setState({ selectedMedium: id });
  return (
    <Loaded query={media} label="Reading the register of media">
      {(rows) => {
        const selected = rows.find(({ id }) => id === selectedId);
        if (rows.length === 0) {
          return (
            <EmptyState sentence="No medium was plugged in yet. A drive enters the register the first time it is seen; a folder never does." />
          );
        }
        return (
          <>
            <DataTable
              label="Register of media"
              columns={columns}
              rows={rows}
              rowId={({ id }) => id}
              selectedId={selectedId ?? undefined}
              onSelect={({ id }) => select(id)}
              sortedBy={{ column: 'seen', descending: true }}
            />
            {selected ? (
              <MediumInspector key={selected.id} medium={selected} onClose={() => select(null)} />
            ) : null}
          </>
        );
      }}
    </Loaded>
  );
}
