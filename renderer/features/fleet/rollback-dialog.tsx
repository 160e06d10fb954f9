import { useState } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import type { DeploymentStatus, Server } from '#shared/contract/fleet.ts';
import { ChoiceInput } from '#renderer/components/choice-input.tsx';
import { TextAreaField } from '#renderer/components/field.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { useCall } from '#renderer/lib/query.ts';
import { newestFirst } from '#renderer/lib/version-order.ts';
import { ActDialog } from './act-dialog.tsx';
import { countServers, type Place, placeKey, placesOf, planRollback } from './fleet-matrix.ts';
import { endRequest, startFollowed } from './fleet-store.ts';
import { type PlanRow, PlanTable } from './plan-table.tsx';
import { ServerPicker } from './server-picker.tsx';
import { useChosen } from './use-chosen.ts';

export interface RollbackDialogProps {
  servers: readonly Server[];
  statuses: readonly DeploymentStatus[];
  place?: Place | undefined;
}

/** Takes servers back to an earlier release: the last that was healthy before, or one that the person names. */
export function RollbackDialog({ servers, statuses, place }: RollbackDialogProps) {
  const act = useAct();
  const places = placesOf([], statuses);
  const [key, setKey] = useState(placeKey(place ?? places[0] ?? { model: '', channel: '' }));
  const [named, setNamed] = useState('');
  const target = places.find((each) => placeKey(each) === key);
  const affected = servers.filter((server) =>
    statuses.some((each) => each.server === server.name && placeKey(each) === key),
  );
  const chosen = useChosen(affected);
  const releases = useCall('releases.list', target === undefined ? null : { model: target.model }, [
    'releases',
  ]);
  const { control } = useForm({ defaultValues: { reason: '' } });
  const reason = useWatch({ control, name: 'reason' }).trim();

  const plan = target === undefined ? { version: null, targets: [] } : planRollback(statuses, target, chosen);
  const rows = named === '' ? plan.targets : plan.targets.map((row) => ({ ...row, to: named }));
  const to = named !== '' ? named : (plan.version ?? '…');
  const versions = (releases.value ?? [])
    .filter((release) => release.state !== 'revoked')
    .map((release) => release.version)
    .sort(newestFirst);

  const submit = () =>
    void act
      .run(async () => {
        if (target === undefined) return;
        // The version is sent as it is shown: what the person confirmed is what happens, whatever changed in between.
        const version = named !== '' ? named : plan.version;
        await startFollowed('deploy.rollback', {
          ...target,
          servers: [...chosen],
          reason,
          ...(version === null ? {} : { version }),
        });
      })
      .then((isStarted) => isStarted && endRequest());

  return (
    <ActDialog
      title="Roll back"
      description="The earlier release still lies on the servers: it is hashed again there, made live and probed. When every server has gone back, the pin of the channel follows, with your reason."
      actLabel={`Roll back ${target?.channel ?? '…'} on ${countServers(chosen.length)} to ${to}`}
      danger
      missing={missing(target, chosen, rows, reason)}
      act={act}
      onSubmit={submit}
    >
      <ChoiceInput
        label="Channel"
        choices={
          places.length === 0
            ? [{ value: key, label: 'Nothing runs on any server' }]
            : places.map((each) => ({ value: placeKey(each), label: `${each.model} ${each.channel}` }))
        }
        value={key}
        onChange={(next) => {
          setKey(next);
          setNamed('');
        }}
      />
      <ServerPicker servers={affected} chosen={chosen} />
      <ChoiceInput
        label="To"
        choices={[
          {
            value: '',
            label:
              plan.version === null
                ? 'The last release that was healthy before'
                : `${plan.version}, the last that was healthy before`,
          },
          ...versions.map((version) => ({ value: version, label: version })),
        ]}
        value={named}
        onChange={setNamed}
      />
      <PlanTable rows={rows} />
      <TextAreaField
        control={control}
        name="reason"
        label="Reason"
        hint="It is kept in the log and cannot be edited afterwards."
        rows={2}
      />
    </ActDialog>
  );
}

function missing(
  target: Place | undefined,
  chosen: readonly string[],
  rows: readonly PlanRow[],
  reason: string,
): string | null {
  if (target === undefined) return 'Nothing runs on any server.';
  if (chosen.length === 0) return 'Choose at least one server.';
  const without = rows.find((row) => row.to === null);
  if (without !== undefined) {
    return `${without.server} had no healthy release before this one. Name a version, or leave the server out.`;
  }
  const versions = [...new Set(rows.map((row) => row.to))];
  if (versions.length > 1) {
    return `The servers would go back to different releases (${versions.join(', ')}). Name one version, or roll back one server at a time.`;
  }
  return reason === '' ? 'This act needs a reason.' : null;
}
