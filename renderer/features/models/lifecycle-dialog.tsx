import { zodResolver } from '@hookform/resolvers/zod';
import { useId } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import type { ReleaseSummary } from '#shared/contract/releases.ts';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { SelectField, TextAreaField, TextField } from '#renderer/components/field.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { useCall } from '#renderer/lib/query.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { byVersion } from './model-rows.ts';
import { closeDialogs, type LifecycleRequest, useModels } from './models-store.ts';
import styles from './models.module.css';

/** Deprecates or revokes a release. Neither can be taken back, so both name what they do; revoking wants the version typed. */
export function LifecycleDialog() {
  const request = useModels((state) => state.lifecycle);
  return request === null ? null : <OpenLifecycleDialog request={request} />;
}

function schemaFor({ version, state }: LifecycleRequest) {
  return z.object({
    reason: z.string().trim().min(1, 'This act needs a reason.').max(2000),
    successor: z.string(),
    typed: z
      .string()
      .refine((typed) => state === 'deprecated' || typed === version, `Type ${version} exactly.`),
  });
}

function OpenLifecycleDialog({ request }: { request: LifecycleRequest }) {
  const { model, version, state } = request;
  const isRevoking = state === 'revoked';
  const releases = useCall('releases.list', { model }, ['releases', 'channels', 'deployments']);
  const act = useAct();
  const formId = useId();
  const { control, handleSubmit } = useForm({
    resolver: zodResolver(schemaFor(request)),
    defaultValues: { reason: '', successor: '', typed: '' },
  });
  const submit = handleSubmit(async ({ reason, successor }) => {
    const input = { model, version, reason, ...(successor === '' ? {} : { successor }) };
    const name = isRevoking ? 'releases.revoke' : 'releases.deprecate';
    if (await act.run(() => call(name, input))) closeDialogs();
  });
  const list = releases.value ?? [];
  const others = byVersion(list).filter((each) => each.version !== version && each.state === 'published');
  return (
    <Dialog
      open
      title={`${isRevoking ? 'Revoke' : 'Deprecate'} ${model} ${version}`}
      description={consequence(
        request,
        list.find((each) => each.version === version),
      )}
      onClose={closeDialogs}
      locked={act.busy}
      actions={
        <>
          <Button onClick={closeDialogs}>Cancel</Button>
          <Button type="submit" form={formId} variant={isRevoking ? 'danger' : 'primary'} busy={act.busy}>
            {isRevoking ? `Revoke ${model} ${version} for ever` : `Deprecate ${model} ${version}`}
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
        <TextAreaField
          control={control}
          name="reason"
          label="Reason"
          hint="It is kept with the release and in the log, and cannot be edited afterwards."
          autoFocus
        />
        <SelectField
          control={control}
          name="successor"
          label="Successor"
          choices={[
            { value: '', label: 'None' },
            ...others.map((each) => ({ value: each.version, label: each.version })),
          ]}
        />
        {isRevoking ? (
          <TextField control={control} name="typed" label={`Type ${version} to confirm`} mono />
        ) : null}
      </form>
      {act.failure ? <InlineFailure failure={act.failure} onRetry={() => void submit()} /> : null}
    </Dialog>
  );
}

function consequence({ state }: LifecycleRequest, release: ReleaseSummary | undefined): string {
  const meaning =
    state === 'revoked'
      ? 'It can never be pinned, pushed or activated again, and this cannot be taken back. Its bytes stay.'
      : 'It stays usable, and everybody who looks at it sees that it is deprecated.';
  if (release === undefined) return meaning;
  const pinned =
    release.channels.length === 0
      ? 'No channel points at it'
      : `${release.channels.join(' and ')} points at it`;
  const runs =
    release.runsOn.length === 0
      ? 'no server runs it'
      : `${formatNoun(release.runsOn.length, 'server')} (${release.runsOn.join(', ')}) keep running it until something else is activated`;
  return `${meaning} ${pinned}; ${runs}.`;
}
