import { useMemo } from 'react';
import type { DeploymentStatus } from '#shared/contract/fleet.ts';
import type { ReleaseDetail } from '#shared/contract/releases.ts';
import { Button } from '#renderer/components/button.tsx';
import { DataTable } from '#renderer/components/data-table.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import type { Column } from '#renderer/components/table-columns.ts';
import { AgeText, TimeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { goTo } from '#renderer/lib/navigation.ts';
import { useCall } from '#renderer/lib/query.ts';

const columns: readonly Column<DeploymentStatus>[] = [
  { id: 'server', header: 'Server', cell: (place) => place.server },
  { id: 'channel', header: 'Channel', width: '120px', cell: (place) => place.channel },
  {
    id: 'since',
    header: 'Live since',
    width: '152px',
    cell: (place) => (place.changedAt === null ? '–' : <TimeText at={place.changedAt} />),
  },
  {
    id: 'proven',
    header: 'Proven by hashing',
    width: '150px',
    cell: (place) =>
      place.provenAt === null ? (
        <VerdictMark verdict="not-checked" />
      ) : (
        <AgeText at={place.provenAt} suffix=" ago" />
      ),
  },
  {
    id: 'pin',
    header: 'Pin',
    width: '170px',
    cell: (place) =>
      place.objection !== null ? (
        <VerdictMark verdict="failed" label="revoked" />
      ) : place.matchesPin ? (
        <VerdictMark verdict="verified" label="as pinned" />
      ) : (
        <VerdictMark
          verdict="warning"
          label={place.pinned === null ? 'nothing is pinned' : `pin says ${place.pinned.version}`}
        />
      ),
  },
];

/** The servers on which this release is live, as last seen. */
export function ReleasePlaces({ release }: { release: ReleaseDetail }) {
  const status = useCall('deploy.status', {}, ['deployments', 'channels', 'servers', 'trust']);
  const places = useMemo(
    () => status.value?.filter((place) => place.live?.manifestDigest === release.manifestDigest) ?? [],
    [status.value, release.manifestDigest],
  );
  return (
    <Loaded query={status} label="Reading what runs where">
      {() =>
        places.length === 0 ? (
          <EmptyState
            sentence="No server runs this release. Push it to servers and activate a channel that is pinned to it."
            action={<Button onClick={() => goTo('fleet')}>Open Fleet</Button>}
          />
        ) : (
          <DataTable
            label="Where it runs"
            columns={columns}
            rows={places}
            rowId={(place) => `${place.server} ${place.channel}`}
            onOpen={(place) => goTo('fleet', { server: place.server })}
          />
        )
      }
    </Loaded>
  );
}
