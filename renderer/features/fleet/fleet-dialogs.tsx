import type { DeploymentStatus, Server } from '#shared/contract/fleet.ts';
import type { Channel } from '#shared/contract/releases.ts';
import { ConfirmDialog } from '#renderer/components/confirm-dialog.tsx';
import { call } from '#renderer/lib/bridge.ts';
import { ActivateDialog } from './activate-dialog.tsx';
import { AddServerDialog } from './add-server-dialog.tsx';
import { endRequest, openServer, setChosen, useFleet } from './fleet-store.ts';
import { FixityDialog } from './fixity-dialog.tsx';
import { PushDialog } from './push-dialog.tsx';
import { RollbackDialog } from './rollback-dialog.tsx';

export interface FleetDialogsProps {
  servers: readonly Server[];
  statuses: readonly DeploymentStatus[];
  channels: readonly Channel[];
}

/** The dialog of whatever the person is about to do. */
export function FleetDialogs({ servers, statuses, channels }: FleetDialogsProps) {
  const request = useFleet((state) => state.request);
  switch (request?.kind) {
    case undefined:
      return null;
    case 'add':
      return <AddServerDialog />;
    case 'push':
      return <PushDialog servers={servers} model={request.model} version={request.version} />;
    case 'activate':
      return <ActivateDialog {...{ servers, statuses, channels }} place={request.place} />;
    case 'rollback':
      return <RollbackDialog {...{ servers, statuses }} place={request.place} />;
    case 'fixity':
      return <FixityDialog servers={servers} />;
    case 'remove':
      return <RemoveServerDialog server={request.server} statuses={statuses} />;
  }
}

function RemoveServerDialog({ server, statuses }: { server: string; statuses: readonly DeploymentStatus[] }) {
  const live = statuses
    .filter((status) => status.server === server && status.live !== null)
    .map((status) => `${status.model} ${status.live?.version ?? ''} as ${status.channel}`);
  return (
    <ConfirmDialog
      open
      title={`Remove the server ${server}`}
      consequence={
        `Sallyport forgets its address and its host key. Nothing is changed on the server. ` +
        (live.length === 0 ? 'Nothing runs there.' : `It keeps running ${live.join(', ')}.`)
      }
      actLabel={`Remove ${server} from the fleet`}
      danger
      reason="required"
      onConfirm={async ({ reason }) => {
        await call('servers.remove', { name: server, reason });
        setChosen(server, false);
        openServer(null);
      }}
      onClose={endRequest}
    />
  );
}
