import { useCallback, useState } from 'react';
import type { CallOutput } from '#shared/contract/calls.ts';
import type { ReleaseRef } from '#shared/contract/basics.ts';
import type { PlacedTensor } from '#shared/contract/comparison.ts';
import { DataTable } from '#renderer/components/data-table.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { Waiting } from '#renderer/components/loaded.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { SizeText } from '#renderer/components/size-text.tsx';
import type { Column } from '#renderer/components/table-columns.ts';
import { call } from '#renderer/lib/bridge.ts';
import { usePages, type PagedRow } from '#renderer/lib/pages.ts';
import { TensorInspector } from './tensor-inspector.tsx';
import { describeType, formatStatistic, statisticLabels, type StatisticName } from './tensor-words.ts';
import styles from './tensors.module.css';

type Row = PagedRow<PlacedTensor>;

function statisticColumn(name: StatisticName, width: string): Column<Row> {
  return {
    id: name,
    header: statisticLabels[name],
    width,
    align: 'end',
    keepFrom: 'wide',
    cell: ({ row }) => (row ? formatStatistic(name, row.statistics) : null),
  };
}

const columns: readonly Column<Row>[] = [
  {
    id: 'name',
    header: 'Tensor',
    cell: ({ row }) =>
      row ? (
        <span title={row.name}>
          <PlainText mono text={row.name} />
        </span>
      ) : (
        <span className={styles.quiet}>…</span>
      ),
  },
  {
    id: 'type',
    header: 'Type',
    width: '150px',
    cell: ({ row }) => (row ? <span title={describeType(row)}>{describeType(row)}</span> : null),
  },
  {
    id: 'size',
    header: 'Size',
    width: '84px',
    align: 'end',
    keepFrom: 'middle',
    cell: ({ row }) => (row ? <SizeText sizeBytes={row.sizeBytes} /> : null),
  },
  statisticColumn('nan', '56px'),
  statisticColumn('inf', '56px'),
  statisticColumn('min', '80px'),
  statisticColumn('max', '80px'),
  statisticColumn('mean', '80px'),
  statisticColumn('norm', '80px'),
];

type Page = CallOutput<'releases.tensors'>;
const totalOf = (page: Page) => page.total;
const rowsOf = (page: Page) => page.tensors;

/** The tensors of a release in the order of its files, with the numbers that were measured when its bytes came in. */
export function ReleaseTensors({ release: { model, version } }: { release: ReleaseRef }) {
  const [opened, setOpened] = useState<number | null>(null);
  const { first, rows, failure, want, reload } = usePages({
    key: `${model}@${version}`,
    fetch: (offset, limit) => call('releases.tensors', { model, version, offset, limit }),
    totalOf,
    rowsOf,
  });
  const rowId = useCallback(({ index }: Row) => String(index), []);
  const tensor = opened === null ? undefined : rows[opened]?.row;
  if (!first) {
    return failure ? (
      <InlineFailure failure={failure} onRetry={reload} />
    ) : (
      <Waiting label="Reading the tensors" />
    );
  }
  if (rows.length === 0) {
    return (
      <EmptyState sentence="No tensors of this release are known here: its formats name none that are read, or it was not scanned by this version. Scan it under Scan." />
    );
  }
  return (
    <>
      {failure ? <InlineFailure failure={failure} onRetry={reload} /> : null}
      <DataTable
        label="Tensors"
        columns={columns}
        rows={rows}
        rowId={rowId}
        selectedId={opened === null ? undefined : String(opened)}
        onSelect={({ index }) => setOpened(index)}
        onShown={want}
      />
      {tensor ? <TensorInspector tensor={tensor} onClose={() => setOpened(null)} /> : null}
    </>
  );
}
