import { zodResolver } from '@hookform/resolvers/zod';
import { useId, type ReactNode } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { useAct } from '#renderer/lib/act.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { TextAreaField, TextField } from './field.tsx';
import { InlineFailure } from './inline-failure.tsx';

export interface ConfirmDialogProps {
  open: boolean;
  /** What is about to happen, with the name: `Roll back silero-vad on production`. */
  title: string;
  /** What follows from it, with the numbers. */
  consequence: ReactNode;
  /** The button repeats the object and the consequence: `Roll back production on 4 servers to 1.3.0`. */
  actLabel: string;
  danger?: boolean;
  /** Ask why: `required` for most acts, left out for acts that take none. */
  reason?: 'required' | undefined;
  reasonLabel?: string;
  /** For the gravest acts: what has to be typed exactly. */
  typeToConfirm?: string | undefined;
  /** Does the act; what it throws is shown in the dialog, which then stays. */
  onConfirm: (answer: { reason: string }) => Promise<unknown>;
  onClose: () => void;
}

const answers = z.object({ reason: z.string(), typed: z.string() });
type Answers = z.infer<typeof answers>;

/** Asks before an act that matters. Esc and Cancel leave everything as it is. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  // Each opening starts with an empty form.
  return props.open ? <OpenConfirmDialog {...props} /> : null;
}

function OpenConfirmDialog(props: ConfirmDialogProps) {
  const { title, consequence, actLabel, danger = false, typeToConfirm, onConfirm, onClose } = props;
  const asksReason = props.reason === 'required';
  const formId = useId();
  const act = useAct();
  const schema = answers.superRefine((given, context) => {
    if (asksReason && given.reason.trim() === '') {
      context.addIssue({ code: 'custom', path: ['reason'], message: 'This act needs a reason.' });
    }
    if (typeToConfirm !== undefined && given.typed !== typeToConfirm) {
      context.addIssue({ code: 'custom', path: ['typed'], message: `Type ${typeToConfirm} exactly.` });
    }
  });
  const { control, handleSubmit } = useForm<Answers>({
    resolver: zodResolver(schema),
    defaultValues: { reason: '', typed: '' },
  });
  const submit = handleSubmit(async ({ reason }) => {
    if (await act.run(() => onConfirm({ reason: reason.trim() }))) onClose();
  });
  return (
    <Dialog
      open
      title={title}
      description={consequence}
      onClose={onClose}
      locked={act.busy}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} variant={danger ? 'danger' : 'primary'} busy={act.busy}>
            {actLabel}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={(event) => void submit(event)}
        noValidate
        style={{ display: 'grid', gap: 12 }}
      >
        {asksReason ? (
          <TextAreaField
            control={control}
            name="reason"
            label={props.reasonLabel ?? 'Reason'}
            hint="It is kept in the log and cannot be edited afterwards."
            autoFocus
          />
        ) : null}
        {typeToConfirm === undefined ? null : (
          <TextField control={control} name="typed" label={`Type ${typeToConfirm} to confirm`} mono />
        )}
      </form>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </Dialog>
  );
}
