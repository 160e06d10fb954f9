import type { Server } from '#shared/contract/fleet.ts';
import { useAct } from '#renderer/lib/act.ts';
import { ActDialog } from './act-dialog.tsx';
import { countServers } from './fleet-matrix.ts';
import { endRequest, startFollowed } from './fleet-store.ts';
import { ServerPicker } from './server-picker.tsx';
import { useChosen } from './use-chosen.ts';

/** Has servers read what they hold again and compare it with the manifests. */
export function FixityDialog({ servers }: { servers: readonly Server[] }) {
  const chosen = useChosen(servers);
  const act = useAct();
  const submit = () =>
    void act
      .run(() => startFollowed('deploy.fixity', { servers: [...chosen] }))
      .then((isStarted) => isStarted && endRequest());
  return (
    <ActDialog
      title="Fixity check on servers"
      description="Each server reads every file of its releases again and hashes it; the digests are compared with the manifests here. Nothing is changed."
      actLabel={`Check ${countServers(chosen.length)}`}
      missing={chosen.length === 0 ? 'Choose at least one server.' : null}
      act={act}
      onSubmit={submit}
    >
      <ServerPicker servers={servers} chosen={chosen} />
    </ActDialog>
  );
}
