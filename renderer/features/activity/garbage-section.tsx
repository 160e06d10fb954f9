import { useMemo, useState } from 'react';
import type { GcReport } from '#shared/contract/system.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { Button } from '#renderer/components/button.tsx';
import { ConfirmDialog } from '#renderer/components/confirm-dialog.tsx';
import { DataTable } from '#renderer/components/data-table.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { SizeText } from '#renderer/components/size-text.tsx';
import { compareBy, type Column } from '#renderer/components/table-columns.ts';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import styles from './store.module.css';

interface Item {
  readonly digest: string;
  readonly sizeBytes: number;
  readonly keptBecause: string | null;
  /** A damaged copy beside the store. */
  readonly isAside: boolean;
}

function rowsOf({ removed, keptItems, setAside }: GcReport): Item[] {
  return [
    ...[...removed, ...keptItems].map((item) => ({ ...item, isAside: false })),
    ...setAside.map((item) => ({ ...item, isAside: true })),
  ];
}

const columns: readonly Column<Item>[] = [
  {
    id: 'fate',
    header: 'Would',
    width: '76px',
    cell: ({ keptBecause }) => (keptBecause === null ? 'go' : 'stay'),
    compare: compareBy(({ keptBecause }) => (keptBecause === null ? 0 : 1)),
  },
  {
    id: 'why',
    header: 'Because',
    cell: ({ keptBecause, isAside }) => {
      if (keptBecause !== null) return <PlainText text={keptBecause} />;
      return isAside ? 'a damaged copy of a blob that is whole again or not needed' : 'nothing needs it';
    },
    compare: compareBy(({ keptBecause }) => keptBecause ?? ''),
  },
  { id: 'digest', header: 'Blob', width: '170px', cell: ({ digest }) => <DigestText digest={digest} /> },
  {
    id: 'size',
    header: 'Size',
    width: '92px',
    align: 'end',
    cell: ({ sizeBytes }) => <SizeText sizeBytes={sizeBytes} />,
    compare: compareBy(({ sizeBytes }) => sizeBytes),
  },
];

/** A dry run of garbage collection as a table with reasons, and then the act. */
export function GarbageSection() {
  const looking = useAct();
  const [report, setReport] = useState<GcReport | null>(null);
  const [isAsking, setAsking] = useState(false);
  const rows = useMemo(() => (report === null ? [] : rowsOf(report)), [report]);
  const look = () => void looking.run(async () => setReport(await call('gc.run', { dryRun: true })));
  const count =
    (report?.bytesFreed ?? 0) + (report?.removed.length ?? 0) + (report?.sweptImports.length ?? 0);
  const freed = formatBytes(report?.bytesFreed ?? 0);
  return (
    <div className={styles.tab}>
      <div className={styles.actions}>
        <p className={styles.quiet}>{report === null ? unasked : describe(report)}</p>
        <Button busy={looking.busy} onClick={look}>
          {report === null ? 'Look what would go' : 'Look again'}
        </Button>
        {report?.dryRun === true && count > 0 ? (
          <Button variant="danger" onClick={() => setAsking(true)}>
            Remove {freed}…
          </Button>
        ) : null}
      </div>
      {looking.failure ? <InlineFailure failure={looking.failure} onRetry={look} /> : null}
      {report === null || rows.length === 0 ? null : (
        <DataTable
          label="Blobs and what needs them"
          columns={columns}
          rows={rows}
          rowId={({ digest, isAside }) => `${digest} ${isAside}`}
          sortedBy={{ column: 'fate' }}
        />
      )}
      <ConfirmDialog
        open={isAsking}
        title="Remove what nothing needs"
        consequence={`${report === null ? '' : describe(report)} It is looked up anew before each is removed, and what is needed by then stays.`}
        actLabel={`Remove ${formatNoun(report?.removed.length ?? 0, 'blob')}, ${freed}`}
        danger
        onConfirm={async () => setReport(await call('gc.run', { dryRun: false }))}
        onClose={() => setAsking(false)}
      />
    </div>
  );
}

const unasked = 'Looking removes nothing: it says what would go, and what needs each of the blobs that stay.';

function describe({ dryRun, removed, kept, sweptImports, bytesFreed }: GcReport): string {
  const verb = dryRun ? 'would go' : removed.length === 1 ? 'is gone' : 'are gone';
  const imports =
    sweptImports.length === 0 ? '' : ` with what ${formatNoun(sweptImports.length, 'decided import')} left`;
  return `${formatNoun(removed.length, 'blob')}${imports} ${verb}, ${formatBytes(bytesFreed)}; ${formatNoun(kept, 'blob')} ${kept === 1 ? 'stays' : 'stay'}.`;
}
