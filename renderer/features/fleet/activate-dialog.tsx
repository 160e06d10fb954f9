import { useState } from 'react';
import type { DeploymentStatus, Server } from '#shared/contract/fleet.ts';
import type { Channel } from '#shared/contract/releases.ts';
import { ChoiceInput } from '#renderer/components/choice-input.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { ActDialog } from './act-dialog.tsx';
import { countServers, type Place, placeKey, statusAt } from './fleet-matrix.ts';
import { endRequest, startFollowed } from './fleet-store.ts';
import { PlanTable } from './plan-table.tsx';
import { ServerPicker } from './server-picker.tsx';
import { useChosen } from './use-chosen.ts';

export interface ActivateDialogProps {
  servers: readonly Server[];
  statuses: readonly DeploymentStatus[];
  channels: readonly Channel[];
  place?: Place | undefined;
}

/** Puts what a channel pins live on servers. */
export function ActivateDialog({ servers, statuses, channels, place }: ActivateDialogProps) {
  const chosen = useChosen(servers);
  const act = useAct();
  const only = channels.length === 1 ? channels[0] : undefined;
  const [key, setKey] = useState(placeKey(place ?? only ?? { model: '', channel: '' }));
  const channel = channels.find((each) => placeKey(each) === key);
  const pin = channel?.current;
  const submit = () =>
    void act
      .run(async () => {
        if (channel === undefined) return;
        const { model, channel: name } = channel;
        await startFollowed('deploy.activate', { model, channel: name, servers: [...chosen] });
      })
      .then((isStarted) => isStarted && endRequest());
  const what = pin === undefined ? '…' : `${pin.model} ${pin.version} as ${pin.channel}`;
  return (
    <ActDialog
      title="Activate a channel"
      description="Each server hashes the release again, switches its live link, runs its activation command and its probe. If one of these fails, the link goes back to where it was."
      actLabel={`Activate ${what} on ${countServers(chosen.length)}`}
      missing={
        channel === undefined
          ? 'Choose a channel.'
          : chosen.length === 0
            ? 'Choose at least one server.'
            : null
      }
      act={act}
      onSubmit={submit}
    >
      <ChoiceInput
        label="Channel"
        choices={[
          {
            value: placeKey({ model: '', channel: '' }),
            label: channels.length === 0 ? 'No channel is pinned yet' : 'Choose a channel',
          },
          ...channels.map((each) => ({
            value: placeKey(each),
            label: `${each.model} ${each.channel}: ${each.current.version}`,
          })),
        ]}
        value={key}
        onChange={setKey}
      />
      {pin === undefined ? null : (
        <p>
          The pin says {pin.version}, <DigestText digest={pin.manifestDigest} />
        </p>
      )}
      <ServerPicker servers={servers} chosen={chosen} />
      {pin === undefined ? null : (
        <PlanTable
          rows={chosen.map((server) => ({
            server,
            from: statusAt(statuses, server, pin)?.live?.version ?? null,
            to: pin.version,
          }))}
        />
      )}
    </ActDialog>
  );
}
