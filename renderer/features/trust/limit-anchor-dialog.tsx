import { zodResolver } from '@hookform/resolvers/zod';
import { useId } from 'react';
import { FormProvider, useForm, useWatch } from 'react-hook-form';
import { z } from 'zod';
import type { Anchor } from '#shared/contract/trust.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { Fingerprint } from '#renderer/components/digest-text.tsx';
import { TextAreaField } from '#renderer/components/field.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { AnchorLimitFields, limitAnswers, toLimitAnswers, toLimits } from './anchor-limits.tsx';
import { endRequest } from './trust-store.ts';
import styles from './trust.module.css';

const answers = limitAnswers.extend({ reason: z.string().trim().min(1, 'This act needs a reason.') });
type Answers = z.infer<typeof answers>;

/** Changes what an anchor counts for, with a reason. The key stays the same. */
export function LimitAnchorDialog({ anchor }: { anchor: Anchor }) {
  const act = useAct();
  const formId = useId();
  const form = useForm<Answers>({
    resolver: zodResolver(answers),
    defaultValues: { ...toLimitAnswers(anchor), reason: '' },
  });
  const { control, handleSubmit } = form;
  const purposes = useWatch({ control, name: 'purposes' });
  const owner = toVisibleText(anchor.owner);
  const submit = handleSubmit(async ({ reason, ...limits }) => {
    const input = { id: anchor.id, ...toLimits(limits), reason };
    if (await act.run(() => call('anchors.limit', input))) endRequest();
  });
  return (
    <Dialog
      open
      wide
      title={`Change what the anchor of ${owner} counts for`}
      description="It holds from now on, for whatever is verified or judged again. Releases that were published stay as they are."
      onClose={endRequest}
      locked={act.busy}
      actions={
        <>
          <Button onClick={endRequest}>Cancel</Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            busy={act.busy}
            disabledReason={purposes.length === 0 ? 'Choose at least one purpose.' : null}
          >
            Change what it counts for
          </Button>
        </>
      }
    >
      <Fingerprint fingerprint={anchor.fingerprint} bare />
      <form id={formId} className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
        <FormProvider {...form}>
          <AnchorLimitFields />
        </FormProvider>
        <TextAreaField
          control={control}
          name="reason"
          label="Reason"
          hint="It is kept in the log and cannot be edited afterwards."
        />
      </form>
      {act.failure ? <InlineFailure failure={act.failure} onRetry={() => void submit()} /> : null}
    </Dialog>
  );
}
