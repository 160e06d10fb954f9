import { useMemo } from 'react';
import type { ReleaseDetail } from '#shared/contract/releases.ts';
import { DataTable } from '#renderer/components/data-table.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import type { Column } from '#renderer/components/table-columns.ts';
import { TimeText } from '#renderer/components/time-text.tsx';
import { useCall } from '#renderer/lib/query.ts';
import { type ReleaseEvent, releaseEvents } from './release-events.ts';

const columns: readonly Column<ReleaseEvent>[] = [
  { id: 'at', header: 'When', width: '152px', cell: (event) => <TimeText at={event.at} /> },
  { id: 'what', header: 'What', cell: (event) => <PlainText text={event.what} /> },
  { id: 'by', header: 'By', width: '130px', cell: (event) => <PlainText text={event.by} /> },
  {
    id: 'reason',
    header: 'Reason',
    cell: (event) => (
      <span title={event.reason}>
        <PlainText text={event.reason} />
      </span>
    ),
  },
];

/** What happened to a release: publication, pins, deprecation, revocation. */
export function ReleaseHistory({ release }: { release: ReleaseDetail }) {
  const { model } = release;
  const channels = useCall('channels.list', { model }, ['channels']);
  const rows = useMemo(() => releaseEvents(release, channels.value ?? []), [release, channels.value]);
  return (
    <Loaded query={channels} label="Reading the channels">
      {() => (
        <DataTable
          label="History"
          columns={columns}
          rows={rows}
          rowId={(event) => `${event.at} ${event.what}`}
        />
      )}
    </Loaded>
  );
}
