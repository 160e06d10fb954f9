import { zodResolver } from '@hookform/resolvers/zod';
import { useId } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { PersonName } from '#shared/contract/basics.ts';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { TextField } from '#renderer/components/field.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { reloadCalls } from '#renderer/lib/query.ts';
import { endKeyRequest } from '#renderer/lib/session.ts';
import styles from './session-control.module.css';

const schema = z
  .object({
    name: z.string().refine((name) => PersonName.safeParse(name).success, {
      message: 'Lower-case letters, digits, dot, underscore and hyphen.',
    }),
    passphrase: z.string().min(1, 'A key needs a passphrase.').max(1024),
    repeated: z.string(),
  })
  .refine((given) => given.passphrase === given.repeated, {
    path: ['repeated'],
    message: 'The two passphrases differ.',
  });

/** Makes a person's key and unlocks it; opened from anywhere by `requestNewKey`. */
export function CreateKeyDialog() {
  const formId = useId();
  const act = useAct();
  const { control, handleSubmit } = useForm({
    resolver: zodResolver(schema),
    defaultValues: { name: '', passphrase: '', repeated: '' },
  });
  const submit = handleSubmit(async ({ name, passphrase }) => {
    const isMade = await act.run(async () => {
      await call('keys.create', { name, passphrase });
      await call('session.unlock', { name, passphrase });
    });
    reloadCalls('keys.list', 'session.get');
    if (isMade) endKeyRequest(true);
  });
  const cancel = () => endKeyRequest(false);
  return (
    <Dialog
      open
      title="Create a key"
      description="An Ed25519 key for one person. It stays on this machine, encrypted with the passphrase, which nobody can recover."
      onClose={cancel}
      locked={act.busy}
      actions={
        <>
          <Button onClick={cancel}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" busy={act.busy}>
            Create and unlock
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
        <TextField control={control} name="name" label="Person" hint="As the log will name them." autoFocus />
        <TextField
          control={control}
          name="passphrase"
          label="Passphrase"
          type="password"
          autoComplete="new-password"
        />
        <TextField
          control={control}
          name="repeated"
          label="Passphrase again"
          type="password"
          autoComplete="new-password"
        />
      </form>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </Dialog>
  );
}
