import {
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
  type SortingState,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { classes } from '#renderer/lib/classes.ts';
import type { Column } from './table-columns.ts';
import { useRowFocus } from './use-row-focus.ts';
import styles from './data-table.module.css';

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

/** Rows are this high, in CSS pixels; `--row` in tokens.css says the same. */
const rowHeight = 30;
/** From here on only the rows in view are in the page. */
const virtualFrom = 120;

export interface DataTableProps<T extends object> {
  /** What the table is, read aloud. */
  label: string;
  columns: readonly Column<T>[];
  /** Keep the array stable between renders: a new one is sorted anew. */
  rows: readonly T[];
  rowId: (row: T) => string;
  /** The row whose details are open. */
  selectedId?: string | undefined;
  /** A click, Enter, or arrows while another row is selected. */
  onSelect?: (row: T) => void;
  /** Enter or a double click; without `onSelect` a single click too. */
  onOpen?: (row: T) => void;
  /** Order at first; without it the rows stay as they come. */
  sortedBy?: { column: string; descending?: boolean };
  /** Hears which rows are in the page, so that what is missing of them can be fetched. Keep it stable. */
  onShown?: (first: number, last: number) => void;
}

/** The table of the window: sortable, walked by arrow keys, virtual when long. Columns drop out as it gets narrow. */
export function DataTable<T extends object>(props: DataTableProps<T>) {
  const { label, columns, rows, rowId, selectedId, onSelect, onOpen, sortedBy, onShown } = props;
  const [sorting, setSorting] = useState<SortingState>(
    sortedBy ? [{ id: sortedBy.column, desc: sortedBy.descending ?? false }] : [],
  );
  const definitions = useMemo(() => columns.map(toDefinition), [columns]);
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: rowId,
    state: { sorting },
    onSortingChange: setSorting,
    enableSortingRemoval: false,
  });
  const sorted = table.getRowModel().rows;
  const ids = sorted.map((row) => row.id);

  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const isVirtual = sorted.length >= virtualFrom;
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer is used here alone, never memoised
  const virtualizer = useVirtualizer({
    count: sorted.length,
    enabled: isVirtual,
    getScrollElement: useCallback(() => scroller.current, []),
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtualizer.getVirtualItems();
  const shown = isVirtual ? items.map((item) => item.index) : sorted.map((_row, index) => index);
  const above = isVirtual ? (items[0]?.start ?? 0) : 0;
  const below = isVirtual ? virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;

  const firstShown = shown[0];
  const lastShown = shown.at(-1);
  useEffect(() => {
    if (firstShown !== undefined && lastShown !== undefined) onShown?.(firstShown, lastShown);
  }, [firstShown, lastShown, onShown]);

  const isInteractive = onSelect !== undefined || onOpen !== undefined;
  const rowOf = (id: string) => sorted.find((row) => row.id === id)?.original;
  const choose = (id: string, act: ((row: T) => void) | undefined) => {
    const row = rowOf(id);
    if (row && act) act(row);
  };
  const focus = useRowFocus({
    ids,
    body,
    preferredId: selectedId,
    reveal: (index) => isVirtual && virtualizer.scrollToIndex(index),
    onMove: (id) => selectedId !== undefined && choose(id, onSelect),
    onChoose: (id) => choose(id, onOpen ?? onSelect),
  });

  return (
    <div ref={scroller} className={styles.scroller}>
      <table
        className={styles.table}
        aria-label={label}
        aria-rowcount={isVirtual ? sorted.length + 1 : undefined}
        role={isInteractive ? 'grid' : undefined}
      >
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => {
                const column = columns.find((known) => known.id === header.column.id);
                if (!column) return null;
                return (
                  <HeaderCell
                    key={header.id}
                    column={column}
                    sorted={header.column.getIsSorted()}
                    onSort={() => header.column.toggleSorting()}
                  />
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody ref={body} onKeyDown={isInteractive ? focus.onKeyDown : undefined}>
          {above > 0 ? <Spacer height={above} /> : null}
          {shown.map((index) => {
            const row = sorted[index];
            if (!row) return null;
            const isSelected = row.id === selectedId;
            return (
              <tr
                key={row.id}
                data-row={row.id}
                className={classes(isInteractive && styles.choosable, isSelected && styles.selected)}
                tabIndex={isInteractive ? (row.id === focus.activeId ? 0 : -1) : undefined}
                aria-selected={onSelect ? isSelected : undefined}
                aria-rowindex={isVirtual ? index + 2 : undefined}
                onFocus={() => focus.setActiveId(row.id)}
                onClick={() => choose(row.id, onSelect ?? onOpen)}
                onDoubleClick={() => choose(row.id, onOpen)}
              >
                {columns.map((column) => (
                  <td key={column.id} className={cellClass(column)}>
                    {column.cell(row.original)}
                  </td>
                ))}
              </tr>
            );
          })}
          {below > 0 ? <Spacer height={below} /> : null}
        </tbody>
      </table>
    </div>
  );
}

function toDefinition<T extends object>(column: Column<T>): ColumnDef<typeof features, T> {
  const { id, compare } = column;
  return {
    id,
    accessorFn: (row: T) => row,
    enableSorting: compare !== undefined,
    sortDescFirst: false,
    ...(compare ? { sortFn: (a, b) => compare(a.original, b.original) } : {}),
  };
}

function cellClass<T>(column: Column<T>): string {
  return classes(
    column.align === 'end' && styles.end,
    column.keepFrom === 'widest' && styles.widest,
    column.keepFrom === 'wide' && styles.wide,
    column.keepFrom === 'middle' && styles.middle,
  );
}

interface HeaderCellProps<T> {
  column: Column<T>;
  sorted: false | 'asc' | 'desc';
  onSort: () => void;
}

function HeaderCell<T>({ column, sorted, onSort }: HeaderCellProps<T>) {
  const Arrow = sorted === 'desc' ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      className={cellClass(column)}
      style={column.width === undefined ? undefined : { width: column.width }}
      aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : undefined}
    >
      {column.compare ? (
        <button type="button" className={styles.sort} onClick={onSort}>
          <span>{column.header}</span>
          {sorted === false ? null : <Arrow size={12} aria-hidden />}
        </button>
      ) : (
        column.header
      )}
    </th>
  );
}

/** Stands for the rows that are not in the page, so that the scroll bar tells the truth. */
function Spacer({ height }: { height: number }) {
  return (
    <tr aria-hidden className={styles.spacer}>
      {/* One cell: a span over columns that dropped out would bring their widths back. */}
      <td style={{ height }} />
    </tr>
  );
}
