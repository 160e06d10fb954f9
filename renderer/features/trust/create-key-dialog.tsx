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
import { endRequest } from './trust-store.ts';
import styles from './trust.module.css';

const answers = z
  .object({
    name: z
      .string()
      .trim()
      .refine(
        (name) => PersonName.safeParse(name).success,
        'Lower-case letters, digits, . _ and -, at most 64.',
      ),
    passphrase: z.string().min(1, 'A key needs a passphrase.').max(1024),
    again: z.string(),
  })
  .refine(({ passphrase, again }) => passphrase === again, {
    path: ['again'],
    message: 'The two passphrases differ.',
  });

/** Makes a person's signing key. The passphrase is typed twice, since nobody can restore it. */
export function CreateKeyDialog() {
  const act = useAct();
  const formId = useId();
  const { control, handleSubmit } = useForm({
    resolver: zodResolver(answers),
    defaultValues: { name: '', passphrase: '', again: '' },
  });
  const submit = handleSubmit(async ({ name, passphrase }) => {
    if (await act.run(() => call('keys.create', { name, passphrase }))) endRequest();
  });
  return (
    <Dialog
      open
      title="Create a key"
      description="An Ed25519 key that signs what this person does. It is kept encrypted in this home. A forgotten passphrase cannot be restored."
      onClose={endRequest}
      locked={act.busy}
      actions={
        <>
          <Button onClick={endRequest}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" busy={act.busy}>
            Create the key
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
        <TextField control={control} name="name" label="Person" autoFocus />
        <TextField
          control={control}
          name="passphrase"
          type="password"
          label="Passphrase"
          autoComplete="new-password"
        />
        <TextField
          control={control}
          name="again"
          type="password"
          label="Passphrase again"
          autoComplete="new-password"
        />
      </form>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </Dialog>
  );
}
