import type { CallOutput } from '#shared/contract/calls.ts';
import type { ReleaseRef } from '#shared/contract/basics.ts';
import type { PlacedTensor } from '#shared/contract/comparison.ts';
import { SizeText } from '#renderer/components/size-text.tsx';
import type { Column } from '#renderer/components/table-columns.ts';
import { call } from '#renderer/lib/bridge.ts';
import { usePages, type PagedRow } from '#renderer/lib/pages.ts';
import { TensorInspector } from './tensor-inspector.tsx';
import { nameColumn, statisticColumns, TensorTable } from './tensor-table.tsx';
import { describeType, formatStatistic } from './tensor-words.ts';

const columns: readonly Column<PagedRow<PlacedTensor>>[] = [
  nameColumn(),
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
  ...statisticColumns<PlacedTensor>((row, name) => formatStatistic(name, row.statistics)),
];

type Page = CallOutput<'releases.tensors'>;
const totalOf = (page: Page) => page.total;
const rowsOf = (page: Page) => page.tensors;

/** The tensors of a release in the order of its files, with the numbers that were measured when its bytes came in. */
export function ReleaseTensors({ release: { model, version } }: { release: ReleaseRef }) {
  const key = `${model}@${version}`;
  const fetch = (offset: number, limit: number) =>
    call('releases.tensors', { model, version, offset, limit });
  const pages = usePages({ key, fetch, totalOf, rowsOf });
  return (
    <TensorTable
      key={key}
      pages={pages}
      columns={columns}
      waiting="Reading the tensors"
      sentenceForNone={() =>
        'No tensors of this release are known here: its formats name none that are read, or it was not scanned by this version. Scan it under Scan.'
      }
      inspector={(tensor, onClose) => <TensorInspector tensor={tensor} onClose={onClose} />}
    />
  );
}
