import { zodResolver } from '@hookform/resolvers/zod';
import { useId } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { ModelName } from '#shared/contract/basics.ts';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { TextField } from '#renderer/components/field.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { reloadCalls, useCall } from '#renderer/lib/query.ts';
import styles from './session-control.module.css';

const schema = z.object({
  site: z.string().refine((site) => ModelName.safeParse(site).success, {
    message: 'Lower-case letters, digits, dot, underscore and hyphen, e.g. north-7.',
  }),
});

/** Gives the site the name under which its sets and receipts go out. */
export function RenameSiteDialog({ onClose }: { onClose: () => void }) {
  const formId = useId();
  const act = useAct();
  const site = useCall('site.info', {}).value?.site ?? '';
  const { control, handleSubmit } = useForm({ resolver: zodResolver(schema), defaultValues: { site } });
  const submit = handleSubmit(async (values) => {
    if (!(await act.run(() => call('site.rename', values)))) return;
    reloadCalls('site.info');
    onClose();
  });
  return (
    <Dialog
      open
      title="Rename the site"
      description="Sets and receipts carry this name, and their sequence numbers are counted under it. Sets already written keep the old one."
      onClose={onClose}
      locked={act.busy}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" busy={act.busy}>
            Rename
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
        <TextField control={control} name="site" label="Name of the site" autoFocus />
      </form>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </Dialog>
  );
}
