import { useCallback, useState, type ReactNode } from 'react';
import { DataTable } from '#renderer/components/data-table.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { Waiting } from '#renderer/components/loaded.tsx';
import { NameText } from '#renderer/components/name-text.tsx';
import type { Column } from '#renderer/components/table-columns.ts';
import type { PagedRow, Pages } from '#renderer/lib/pages.ts';
import { statisticLabels, type StatisticName } from './tensor-words.ts';
import styles from './tensors.module.css';

/** The column of names; a row whose page is still under way shows that. */
export function nameColumn<Row extends { readonly name: string }>(): Column<PagedRow<Row>> {
  return {
    id: 'name',
    header: 'Tensor',
    cell: ({ row }) => (row ? <NameText text={row.name} /> : <span className={styles.quiet}>…</span>),
  };
}

const shown = [
  { name: 'nan', width: '56px', keepFrom: 'wide' },
  { name: 'inf', width: '56px', keepFrom: 'wide' },
  { name: 'min', width: '80px', keepFrom: 'widest' },
  { name: 'max', width: '80px', keepFrom: 'widest' },
  { name: 'mean', width: '80px', keepFrom: 'wide' },
  { name: 'norm', width: '80px', keepFrom: 'wide' },
] as const;

/** A column for each statistic that there is room for. */
export function statisticColumns<Row>(
  cell: (row: Row, name: StatisticName) => ReactNode,
): Column<PagedRow<Row>>[] {
  return shown.map(({ name, width, keepFrom }) => ({
    id: name,
    header: statisticLabels[name],
    width,
    align: 'end',
    keepFrom,
    cell: ({ row }) => (row ? cell(row, name) : null),
  }));
}

export interface TensorTableProps<Page, Row> {
  pages: Pages<Page, Row>;
  columns: readonly Column<PagedRow<Row>>[];
  /** Said while nothing is there yet. */
  waiting: string;
  /** Stands above the table. */
  above?: (first: Page) => ReactNode;
  /** Said where there is no row. */
  sentenceForNone: (first: Page) => string;
  inspector: (row: Row, onClose: () => void) => ReactNode;
}

/** Tensors however many, of which only those in view are fetched, with the details of the chosen one. Another list: another key. */
export function TensorTable<Page, Row>(props: TensorTableProps<Page, Row>) {
  const { pages, columns, waiting, above, sentenceForNone, inspector } = props;
  const { first, rows, failure, want, reload } = pages;
  const [opened, setOpened] = useState<number | null>(null);
  const rowId = useCallback(({ index }: PagedRow<Row>) => String(index), []);
  const close = useCallback(() => setOpened(null), []);
  const row = opened === null ? undefined : rows[opened]?.row;
  if (first === undefined) {
    return failure ? <InlineFailure failure={failure} onRetry={reload} /> : <Waiting label={waiting} />;
  }
  return (
    <>
      {failure ? <InlineFailure failure={failure} onRetry={reload} /> : null}
      {above?.(first)}
      {rows.length === 0 ? (
        <EmptyState sentence={sentenceForNone(first)} />
      ) : (
        <DataTable
          label="Tensors"
          columns={columns}
          rows={rows}
          rowId={rowId}
          selectedId={opened === null ? undefined : String(opened)}
          onSelect={({ index }) => setOpened(index)}
          onShown={want}
        />
      )}
      {row === undefined ? null : inspector(row, close)}
    </>
  );
}
