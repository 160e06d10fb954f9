import { zodResolver } from '@hookform/resolvers/zod';
import { useId } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { z } from 'zod';
import { ChannelName } from '#shared/contract/basics.ts';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { SelectField, TextAreaField, TextField } from '#renderer/components/field.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { useCall } from '#renderer/lib/query.ts';
import { byVersion } from './model-rows.ts';
import { closeDialogs, type PinRequest, useModels } from './models-store.ts';
import styles from './models.module.css';

const answers = z.object({
  channel: z
    .string()
    .trim()
    .refine(
      (name) => ChannelName.safeParse(name).success,
      'Lower-case letters, digits, . _ and -, at most 48.',
    ),
  version: z.string().min(1, 'Choose a version.'),
  reason: z.string().trim().min(1, 'This act needs a reason.').max(2000),
});

/** Names that every site uses; any other can be typed. */
const usualChannels = ['production', 'canary'];

/** Moves a channel to a version, always with a reason. */
export function PinDialog() {
  const request = useModels((state) => state.pin);
  return request === null ? null : <OpenPinDialog request={request} />;
}

function OpenPinDialog({ request }: { request: PinRequest }) {
  const { model } = request;
  const releases = useCall('releases.list', { model }, ['releases', 'channels', 'deployments']);
  const channels = useCall('channels.list', { model }, ['channels']);
  const act = useAct();
  const formId = useId();
  const { control, handleSubmit } = useForm({
    resolver: zodResolver(answers),
    defaultValues: { channel: request.channel ?? '', version: request.version ?? '', reason: '' },
  });
  const [channel, version] = useWatch({ control, name: ['channel', 'version'] });
  const now = channels.value?.find((known) => known.channel === channel.trim())?.current;
  const pinnable = byVersion(releases.value ?? []).filter((release) => release.state !== 'revoked');
  const known = (channels.value ?? []).map((each) => each.channel);
  const submit = handleSubmit(async (given) => {
    if (await act.run(() => call('channels.pin', { model, ...given }))) closeDialogs();
  });
  return (
    <Dialog
      open
      title={request.channel === null ? `Pin ${model}` : `Move ${request.channel} of ${model}`}
      description={consequence(channel.trim(), now?.version, version)}
      onClose={closeDialogs}
      locked={act.busy}
      actions={
        <>
          <Button onClick={closeDialogs}>Cancel</Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            busy={act.busy}
            disabledReason={
              now !== undefined && now.version === version
                ? `${channel} points at ${version} already. Choose another version.`
                : null
            }
          >
            {`Pin ${model} ${version === '' ? '…' : version} to ${channel.trim() === '' ? '…' : channel.trim()}`}
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
        <TextField
          control={control}
          name="channel"
          label="Channel"
          suggestions={[...new Set([...known, ...usualChannels])]}
          autoFocus={request.channel === null}
        />
        <SelectField
          control={control}
          name="version"
          label="Version"
          choices={[
            { value: '', label: 'Choose a version' },
            ...pinnable.map((release) => ({
              value: release.version,
              label: `${release.version}${release.state === 'deprecated' ? ' (deprecated)' : ''}, ${release.verdict}`,
            })),
          ]}
        />
        <TextAreaField
          control={control}
          name="reason"
          label="Reason"
          hint="It is kept in the channel's history and in the log, and cannot be edited afterwards."
          autoFocus={request.channel !== null}
        />
      </form>
      {act.failure ? <InlineFailure failure={act.failure} onRetry={() => void submit()} /> : null}
    </Dialog>
  );
}

function consequence(channel: string, now: string | undefined, next: string): string {
  const servers = 'Servers keep what they run until the channel is activated on them.';
  if (channel === '') return servers;
  if (now === undefined) return `${channel} points at nothing yet. ${servers}`;
  const move =
    next === '' || next === now ? `${channel} points at ${now}.` : `${channel} moves from ${now} to ${next}.`;
  return `${move} ${servers}`;
}
