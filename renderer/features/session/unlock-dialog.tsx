import { zodResolver } from '@hookform/resolvers/zod';
import { useId } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import type { PersonKey } from '#shared/contract/trust.ts';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { SelectField, TextField } from '#renderer/components/field.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { reloadCalls, useCall } from '#renderer/lib/query.ts';
import { endKeyRequest, requestNewKey } from '#renderer/lib/session.ts';
import styles from './session-control.module.css';

const schema = z.object({
  name: z.string().min(1, 'Choose whose key it is.'),
  passphrase: z.string().min(1, 'A key is opened by its passphrase.'),
});

/** Asks whose key and for its passphrase; opened from anywhere by `requestUnlock`. */
export function UnlockDialog() {
  const keys = useCall('keys.list', {}, ['people']);
  const create = <Button onClick={requestNewKey}>Create a key…</Button>;
  if (keys.value !== undefined && keys.value.length > 0) {
    return <UnlockForm keys={keys.value} />;
  }
  return (
    <Dialog open title="Unlock a key" onClose={() => endKeyRequest(false)}>
      <Loaded query={keys} label="Reading the keys">
        {() => (
          <EmptyState
            sentence="There is no key on this site yet. A key signs sets, receipts and acts."
            action={create}
          />
        )}
      </Loaded>
    </Dialog>
  );
}

function UnlockForm({ keys }: { keys: readonly PersonKey[] }) {
  const formId = useId();
  const act = useAct();
  const { control, handleSubmit, resetField } = useForm({
    resolver: zodResolver(schema),
    defaultValues: { name: keys[0]?.name ?? '', passphrase: '' },
  });
  const submit = handleSubmit(async (values) => {
    const isOpen = await act.run(() => call('session.unlock', values));
    resetField('passphrase');
    if (!isOpen) return;
    reloadCalls('session.get');
    endKeyRequest(true);
  });
  return (
    <Dialog
      open
      title="Unlock a key"
      description="What you do from now on is signed with it, until you lock it or close Sallyport."
      onClose={() => endKeyRequest(false)}
      locked={act.busy}
      actions={
        <>
          <span className={styles.swap}>
            <Button variant="quiet" onClick={requestNewKey}>
              Create a key…
            </Button>
          </span>
          <Button onClick={() => endKeyRequest(false)}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" busy={act.busy}>
            Unlock
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
        <SelectField
          control={control}
          name="name"
          label="Person"
          choices={keys.map(({ name }) => ({ value: name, label: name }))}
        />
        <TextField control={control} name="passphrase" label="Passphrase" type="password" autoFocus />
      </form>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </Dialog>
  );
}
