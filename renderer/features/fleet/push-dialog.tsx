import { useState } from 'react';
import type { Server } from '#shared/contract/fleet.ts';
import { formatBytes } from '#shared/format/bytes.ts';
import { ChoiceInput } from '#renderer/components/choice-input.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { useCall } from '#renderer/lib/query.ts';
import { newestFirst } from '#renderer/lib/version-order.ts';
import { ActDialog } from './act-dialog.tsx';
import { countServers } from './fleet-matrix.ts';
import { endRequest, startFollowed } from './fleet-store.ts';
import { ServerPicker } from './server-picker.tsx';
import { useChosen } from './use-chosen.ts';

export interface PushDialogProps {
  servers: readonly Server[];
  model?: string | undefined;
  version?: string | undefined;
}

/** Sends a release's bytes to servers. Nothing goes live by it. */
export function PushDialog({ servers, model, version }: PushDialogProps) {
  const releases = useCall('releases.list', {}, ['releases', 'channels', 'deployments']);
  const chosen = useChosen(servers);
  const act = useAct();
  const [key, setKey] = useState(model === undefined || version === undefined ? '' : `${model}@${version}`);
  const pushable = (releases.value ?? [])
    .filter((release) => release.state !== 'revoked')
    .sort((a, b) => a.model.localeCompare(b.model) || newestFirst(a.version, b.version));
  const release = pushable.find((each) => `${each.model}@${each.version}` === key);
  const name = release === undefined ? '…' : `${release.model} ${release.version}`;
  const submit = () =>
    void act
      .run(async () => {
        if (release === undefined) return;
        const { model: wanted, version: its } = release;
        await startFollowed('deploy.push', { model: wanted, version: its, servers: [...chosen] });
      })
      .then((isStarted) => isStarted && endRequest());
  return (
    <ActDialog
      title="Push a release"
      description="Only bytes that a server does not hold are sent, and the server hashes every file. Nothing goes live before it is activated."
      actLabel={`Push ${name} to ${countServers(chosen.length)}`}
      missing={
        release === undefined
          ? 'Choose a release.'
          : chosen.length === 0
            ? 'Choose at least one server.'
            : null
      }
      act={act}
      onSubmit={submit}
    >
      <Loaded query={releases} label="Reading the releases">
        {() => (
          <ChoiceInput
            label="Release"
            choices={[
              { value: '', label: pushable.length === 0 ? 'No release can be pushed' : 'Choose a release' },
              ...pushable.map((each) => ({
                value: `${each.model}@${each.version}`,
                label: `${each.model} ${each.version}, ${formatBytes(each.sizeBytes)}, ${each.verdict}`,
              })),
            ]}
            value={key}
            onChange={setKey}
          />
        )}
      </Loaded>
      <ServerPicker servers={servers} chosen={chosen} />
    </ActDialog>
  );
}
