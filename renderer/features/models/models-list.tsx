import { useMemo } from 'react';
import type { Channel, ReleaseSummary } from '#shared/contract/releases.ts';
import { Button } from '#renderer/components/button.tsx';
import { DataTable } from '#renderer/components/data-table.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlaceHeader } from '#renderer/components/place-header.tsx';
import { SizeText } from '#renderer/components/size-text.tsx';
import { type Column, compareBy } from '#renderer/components/table-columns.ts';
import { TimeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { goTo } from '#renderer/lib/navigation.ts';
import { type Query, useCall } from '#renderer/lib/query.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { type ModelRow, modelRows } from './model-rows.ts';
import { openModel } from './models-view.ts';
import { ReleaseState } from './release-state.tsx';
import styles from './models.module.css';

const columns: readonly Column<ModelRow>[] = [
  {
    id: 'model',
    header: 'Model',
    compare: compareBy((row) => row.model),
    cell: (row) => <span className={styles.name}>{row.model}</span>,
  },
  {
    id: 'latest',
    header: 'Latest',
    width: '148px',
    cell: (row) => (
      <>
        {row.latest.version} <ReleaseState state={row.latest.state} />
      </>
    ),
  },
  { id: 'production', header: 'Production', width: '92px', cell: (row) => row.production ?? <None /> },
  { id: 'canary', header: 'Canary', width: '84px', cell: (row) => row.canary ?? <None /> },
  {
    id: 'runs-on',
    header: 'Runs on',
    width: '120px',
    keepFrom: 'wide',
    compare: compareBy((row) => row.runsOn.length),
    cell: (row) => (row.runsOn.length === 0 ? <None /> : <RunsOn servers={row.runsOn} />),
  },
  {
    id: 'verdict',
    header: 'Verdict',
    width: '124px',
    compare: compareBy((row) => row.verdict),
    cell: (row) => <VerdictMark verdict={row.verdict} />,
  },
  {
    id: 'size',
    header: 'Size',
    width: '80px',
    align: 'end',
    compare: compareBy((row) => row.sizeBytes),
    cell: (row) => <SizeText sizeBytes={row.sizeBytes} />,
  },
  {
    id: 'last-change',
    header: 'Last change',
    width: '152px',
    keepFrom: 'middle',
    compare: compareBy((row) => row.lastChange),
    cell: (row) => <TimeText at={row.lastChange} />,
  },
];

function None() {
  return (
    <span className={styles.none}>
      <span aria-hidden>–</span>
      <span className={styles.hidden}>none</span>
    </span>
  );
}

function RunsOn({ servers }: { servers: readonly string[] }) {
  return (
    <span title={servers.join(', ')}>
      {servers.length <= 2 ? servers.join(', ') : formatNoun(servers.length, 'server')}
    </span>
  );
}

/** Every model of the registry, one row each. */
export function ModelsList() {
  const releases = useCall('releases.list', {}, ['releases', 'channels', 'deployments']);
  const channels = useCall('channels.list', {}, ['channels']);
  return (
    <>
      <PlaceHeader title="Models" note={noteOf(releases)} />
      <Loaded query={releases} label="Reading the releases">
        {(list) => (
          <Loaded query={channels} label="Reading the channels">
            {(pins) => <Table releases={list} channels={pins} />}
          </Loaded>
        )}
      </Loaded>
    </>
  );
}

function noteOf({ value }: Query<ReleaseSummary[]>): string | undefined {
  if (value === undefined || value.length === 0) return undefined;
  const models = new Set(value.map((release) => release.model)).size;
  return `${formatNoun(models, 'model')}, ${formatNoun(value.length, 'release')}`;
}

function Table({
  releases,
  channels,
}: {
  releases: readonly ReleaseSummary[];
  channels: readonly Channel[];
}) {
  const rows = useMemo(() => modelRows(releases, channels), [releases, channels]);
  if (releases.length === 0) {
    return (
      <EmptyState
        sentence="No release exists yet. Bring one in from a drive or a folder, look at its evidence, and publish it."
        action={
          <Button variant="primary" onClick={() => goTo('intake')}>
            Open Intake
          </Button>
        }
      />
    );
  }
  return (
    <DataTable
      label="Models"
      columns={columns}
      rows={rows}
      rowId={(row) => row.model}
      onOpen={(row) => openModel(row.model)}
      sortedBy={{ column: 'model' }}
    />
  );
}
