import { useEffect } from 'react';
import { Button } from '#renderer/components/button.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlaceHeader } from '#renderer/components/place-header.tsx';
import { usePlaceTarget } from '#renderer/lib/navigation.ts';
import { type Query, useCall } from '#renderer/lib/query.ts';
import type { DeploymentStatus } from '#shared/contract/fleet.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { FleetDialogs } from './fleet-dialogs.tsx';
import { FleetJobs } from './fleet-jobs.tsx';
import { ask, openServer, useFleet } from './fleet-store.ts';
import { MatrixTable } from './matrix-table.tsx';
import { ServerInspector } from './server-inspector.tsx';
import styles from './fleet.module.css';

/** Fleet: which server runs which release, whether that is what the pin says, and when it was last proven. */
export function FleetPlace() {
  const servers = useCall('servers.list', {}, ['servers']);
  const statuses = useCall('deploy.status', {}, ['deployments', 'channels', 'servers', 'trust']);
  const channels = useCall('channels.list', {}, ['channels']);
  const openedName = useFleet((state) => state.opened);
  const opened = servers.value?.find((server) => server.name === openedName);
  useTarget();
  return (
    <div className={styles.place}>
      <PlaceHeader title="Fleet" note={noteOf(servers.value?.length ?? 0, statuses)}>
        {servers.value !== undefined && servers.value.length > 0 ? <Acts /> : null}
        <Button onClick={() => ask({ kind: 'add' })}>Add a server…</Button>
      </PlaceHeader>
      <FleetJobs />
      <div className={styles.scroll}>
        <Loaded query={servers} label="Reading the servers">
          {(list) =>
            list.length === 0 ? (
              <EmptyState
                sentence="No server is known yet. Add one with its address and the host key that its owner told you."
                action={
                  <Button variant="primary" onClick={() => ask({ kind: 'add' })}>
                    Add a server…
                  </Button>
                }
              />
            ) : (
              <Loaded query={statuses} label="Reading what runs where">
                {(rows) => (
                  <Loaded query={channels} label="Reading the channels">
                    {(pins) => <MatrixTable servers={list} statuses={rows} channels={pins} />}
                  </Loaded>
                )}
              </Loaded>
            )
          }
        </Loaded>
      </div>
      {opened === undefined ? null : (
        <ServerInspector
          key={opened.name}
          server={opened}
          statuses={statuses.value ?? []}
          onClose={() => openServer(null)}
        />
      )}
      <FleetDialogs
        servers={servers.value ?? []}
        statuses={statuses.value ?? []}
        channels={channels.value ?? []}
      />
    </div>
  );
}

function Acts() {
  return (
    <>
      <Button onClick={() => ask({ kind: 'push' })}>Push…</Button>
      <Button onClick={() => ask({ kind: 'activate' })}>Activate…</Button>
      <Button variant="danger" onClick={() => ask({ kind: 'rollback' })}>
        Roll back…
      </Button>
      <Button onClick={() => ask({ kind: 'fixity' })}>Fixity check…</Button>
    </>
  );
}

function noteOf(servers: number, statuses: Query<DeploymentStatus[]>): string | undefined {
  if (servers === 0) return undefined;
  const off = new Set(statuses.value?.filter((place) => !place.matchesPin).map((place) => place.server)).size;
  const revoked = statuses.value?.filter((place) => place.objection !== null) ?? [];
  const hit = new Set(revoked.map((place) => place.server)).size;
  const notes = [
    ...(hit === 0 ? [] : [`${hit} with something revoked live`]),
    ...(off === 0 ? [] : [`${off} not as pinned`]),
  ];
  return [formatNoun(servers, 'server'), ...notes].join(', ');
}

/** What another place asked for: `{ server }` opens its details, `{ act: 'push', … }` the dialog. */
function useTarget(): void {
  const { server, act, model, version, channel } = usePlaceTarget('fleet');
  useEffect(() => {
    if (server !== undefined) openServer(server);
    if (act === 'push' && model !== undefined && version !== undefined) ask({ kind: 'push', model, version });
    if (act === 'activate' && model !== undefined && channel !== undefined) {
      ask({ kind: 'activate', place: { model, channel } });
    }
  }, [server, act, model, version, channel]);
}
