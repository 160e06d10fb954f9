import { zodResolver } from '@hookform/resolvers/zod';
import { useId, type ReactNode } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { z } from 'zod';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { TextAreaField, TextField } from '#renderer/components/field.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { useAct } from '#renderer/lib/act.ts';
import styles from './transfers.module.css';

export interface RecordDialogProps {
  title: string;
  /** What is put on record, and what that means. */
  description: ReactNode;
  /** What is asked beside the reason: to whom, by which method. */
  label: string;
  suggestions?: readonly string[];
  reasonLabel?: string;
  /** The button names the object and the consequence; `value` is what was typed, or a dash. */
  actLabel: (value: string) => string;
  onConfirm: (answer: { value: string; reason: string }) => Promise<unknown>;
  onClose: () => void;
  children?: ReactNode;
}

const answers = z.object({
  value: z.string().trim().min(1, 'This has to be filled in.').max(200, 'At most 200 characters.'),
  reason: z.string().trim().min(1, 'This act needs a reason.').max(2000, 'At most 2,000 characters.'),
});

/** Puts something on record that a person says: one value and a reason. Esc and Cancel leave everything as it is. */
export function RecordDialog(props: RecordDialogProps) {
  const { title, description, label, suggestions = [], reasonLabel, actLabel, onConfirm, onClose } = props;
  const formId = useId();
  const act = useAct();
  const { control, handleSubmit } = useForm({
    resolver: zodResolver(answers),
    defaultValues: { value: '', reason: '' },
  });
  const value = useWatch({ control, name: 'value' }).trim();
  const confirm = handleSubmit(async (answer) => {
    if (await act.run(() => onConfirm(answer))) onClose();
  });
  const submit = () => void confirm();
  return (
    <Dialog
      open
      title={title}
      description={description}
      onClose={onClose}
      locked={act.busy}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" busy={act.busy}>
            {actLabel(value === '' ? '…' : value)}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextField control={control} name="value" label={label} suggestions={suggestions} autoFocus />
        <TextAreaField
          control={control}
          name="reason"
          label={reasonLabel ?? 'Reason'}
          hint="It is kept in the log and cannot be edited afterwards."
        />
        {props.children}
      </form>
      {act.failure ? (
        <InlineFailure
          failure={act.failure}
          {...(act.failure.code === 'KEY-LOCKED' ? { onRetry: submit } : {})}
        />
      ) : null}
    </Dialog>
  );
}
