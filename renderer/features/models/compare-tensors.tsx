import { useDeferredValue, useMemo, useState } from 'react';
import type { ReleaseRef } from '#shared/contract/basics.ts';
import { TensorChangeKind, type TensorChange, type TensorComparison } from '#shared/contract/comparison.ts';
import { formatBytes, formatCount } from '#shared/format/bytes.ts';
import { ChoiceInput } from '#renderer/components/choice-input.tsx';
import { Field, TextInput } from '#renderer/components/field.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import type { Column } from '#renderer/components/table-columns.ts';
import { call } from '#renderer/lib/bridge.ts';
import { usePages, type PagedRow } from '#renderer/lib/pages.ts';
import { ChangeMark } from './change-mark.tsx';
import { useModels } from './models-store.ts';
import { TensorChangeInspector } from './tensor-inspector.tsx';
import { nameColumn, statisticColumns, TensorTable } from './tensor-table.tsx';
import {
  describeCounts,
  describeTypes,
  formatStatistic,
  statisticCell,
  type StatisticName,
} from './tensor-words.ts';
import styles from './tensors.module.css';

const columns: readonly Column<PagedRow<TensorChange>>[] = [
  nameColumn(),
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
  ...statisticColumns<TensorChange>((row, name) => <Statistic change={row} name={name} />),
];

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
  const text = useDeferredValue(typed.trim());
  const changes = useMemo(() => kindsFor(kind, showIdentical), [kind, showIdentical]);
  const input = { before, after, ...(changes ? { changes } : {}), ...(text === '' ? {} : { text }) };
  const key = JSON.stringify(input);
  const pages = usePages({
    key,
    fetch: (offset, limit) => call('releases.compareTensors', { ...input, offset, limit }),
    totalOf,
    rowsOf,
  });
  const { first, rows } = pages;
  return (
    <div className={styles.place}>
      {first ? (
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
            onChange={setKind}
          />
          <p role="status">
            {describeCounts(first.counts)}
            {rows.length === 0 ? '' : `; ${formatCount(rows.length)} shown`}
          </p>
        </div>
      ) : null}
      <TensorTable
        key={key}
        pages={pages}
        columns={columns}
        waiting="Comparing tensors"
        above={(page) => <Unknown comparison={page} />}
        sentenceForNone={(page) => sentenceForNone(page, text !== '' || kind !== 'all')}
        inspector={(change, onClose) => <TensorChangeInspector change={change} onClose={onClose} />}
      />
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
