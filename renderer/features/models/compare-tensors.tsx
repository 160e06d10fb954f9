import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import type { ReleaseRef } from '#shared/contract/basics.ts';
import { TensorChangeKind, type TensorChange, type TensorComparison } from '#shared/contract/comparison.ts';
import { formatBytes, formatCount } from '#shared/format/bytes.ts';
import { ChoiceInput } from '#renderer/components/choice-input.tsx';
import { DataTable } from '#renderer/components/data-table.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { Field, TextInput } from '#renderer/components/field.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { Waiting } from '#renderer/components/loaded.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import type { Column } from '#renderer/components/table-columns.ts';
import { call } from '#renderer/lib/bridge.ts';
import { usePages, type PagedRow } from '#renderer/lib/pages.ts';
import { ChangeMark } from './change-mark.tsx';
import { useModels } from './models-store.ts';
import { TensorChangeInspector } from './tensor-inspector.tsx';
import {
  describeCounts,
  describeTypes,
  formatStatistic,
  statisticCell,
  statisticLabels,
  type StatisticName,
} from './tensor-words.ts';
import styles from './tensors.module.css';

type Row = PagedRow<TensorChange>;

const statisticWidths = [
  ['nan', '56px'],
  ['inf', '56px'],
  ['min', '80px'],
  ['max', '80px'],
  ['mean', '80px'],
  ['norm', '80px'],
] as const;

const statisticColumns = statisticWidths.map(([name, width]): Column<Row> => ({
  id: name,
  header: statisticLabels[name],
  width,
  align: 'end',
  keepFrom: 'wide',
  cell: ({ row }) => (row ? <Statistic change={row} name={name} /> : null),
}));

const columns: readonly Column<Row>[] = [
  {
    id: 'name',
    header: 'Tensor',
    cell: ({ row }) => (row ? <TensorName name={row.name} /> : <span className={styles.quiet}>…</span>),
  },
  {
    id: 'change',
    header: 'Change',
    width: '100px',
    cell: ({ row }) => (row ? <ChangeMark change={row.change} /> : null),
  },
  {
    id: 'type',
    header: 'Type',
    width: '150px',
    keepFrom: 'middle',
    cell: ({ row }) => (row ? <span title={describeTypes(row)}>{describeTypes(row)}</span> : null),
  },
  ...statisticColumns,
];

function TensorName({ name }: { name: string }) {
  return (
    <span title={name}>
      <PlainText mono text={name} />
    </span>
  );
}

/** How it moved, with both values on hover. */
function Statistic({ change, name }: { change: TensorChange; name: StatisticName }) {
  const { before, after } = change;
  const values = [before, after].filter((side) => side !== null);
  return (
    <span title={values.map(({ statistics }) => formatStatistic(name, statistics)).join(' → ')}>
      {statisticCell(change, name)}
    </span>
  );
}

const kindChoices = [
  { value: 'all', label: 'every kind' },
  ...TensorChangeKind.options.map((kind) => ({ value: kind, label: kind })),
];
const differences = TensorChangeKind.options.filter((kind) => kind !== 'identical');

function kindsFor(kind: string, showIdentical: boolean): TensorChangeKind[] | undefined {
  const chosen = TensorChangeKind.options.filter((option) => option === kind);
  if (chosen.length > 0) return chosen;
  return showIdentical ? undefined : differences;
}

const totalOf = (page: TensorComparison) => page.total;
const rowsOf = (page: TensorComparison) => page.changes;

/** The tensors of two releases, however many: only those in view are fetched. */
export function CompareTensors({ before, after }: { before: ReleaseRef; after: ReleaseRef }) {
  const showIdentical = useModels((state) => state.showIdentical);
  const [kind, setKind] = useState('all');
  const [typed, setTyped] = useState('');
  const [opened, setOpened] = useState<number | null>(null);
  const text = useDeferredValue(typed.trim());
  const changes = useMemo(() => kindsFor(kind, showIdentical), [kind, showIdentical]);
  const input = { before, after, ...(changes ? { changes } : {}), ...(text === '' ? {} : { text }) };
  const key = JSON.stringify(input);
  const { first, rows, failure, want, reload } = usePages({
    key,
    fetch: (offset, limit) => call('releases.compareTensors', { ...input, offset, limit }),
    totalOf,
    rowsOf,
  });
  const rowId = useCallback(({ index }: Row) => String(index), []);
  const row = opened === null ? undefined : rows[opened]?.row;
  if (!first) {
    return failure ? (
      <InlineFailure failure={failure} onRetry={reload} />
    ) : (
      <Waiting label="Comparing tensors" />
    );
  }
  return (
    <div className={styles.place}>
      <div className={styles.bar}>
        <Field label="Name contains" hideLabel>
          <TextInput
            type="search"
            mono
            placeholder="name contains"
            value={typed}
            maxLength={200}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        </Field>
        <ChoiceInput
          label="Kind of change"
          hideLabel
          choices={kindChoices}
          value={kind}
          onChange={(value) => {
            setKind(value);
            setOpened(null);
          }}
        />
        <p role="status">
          {describeCounts(first.counts)}
          {rows.length === 0 ? '' : `; ${formatCount(rows.length)} shown`}
        </p>
      </div>
      {failure ? <InlineFailure failure={failure} onRetry={reload} /> : null}
      <Unknown comparison={first} />
      {rows.length === 0 ? (
        <EmptyState sentence={sentenceForNone(first, text !== '' || kind !== 'all')} />
      ) : (
        <DataTable
          key={key}
          label="Tensors"
          columns={columns}
          rows={rows}
          rowId={rowId}
          selectedId={opened === null ? undefined : String(opened)}
          onSelect={({ index }) => setOpened(index)}
          onShown={want}
        />
      )}
      {row ? <TensorChangeInspector change={row} onClose={() => setOpened(null)} /> : null}
    </div>
  );
}

function sentenceForNone({ counts }: TensorComparison, isFiltered: boolean): string {
  const known = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (known === 0) return 'No tensors of these releases are known here.';
  return isFiltered
    ? 'No tensor meets the filter.'
    : 'Every tensor is the same in both releases, byte by byte.';
}

/** Nothing is said about weights whose tensors nobody measured, and that is said. */
function Unknown({ comparison: { unknown, before, after } }: { comparison: TensorComparison }) {
  if (unknown.length === 0) return null;
  return (
    <div className={styles.unknown}>
      <p>
        Nothing can be said about the tensors of these files: their format is not read, or the release was not
        scanned by this version.
      </p>
      <ul>
        {unknown.slice(0, 20).map(({ side, path, sizeBytes }) => (
          <li key={`${side} ${path}`}>
            {side === 'before' ? before.version : after.version} <PlainText mono text={path} />,{' '}
            {formatBytes(sizeBytes)}
          </li>
        ))}
        {unknown.length > 20 ? <li>and {formatCount(unknown.length - 20)} more</li> : null}
      </ul>
    </div>
  );
}
