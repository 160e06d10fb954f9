import { zodResolver } from '@hookform/resolvers/zod';
import { useId } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { formatNoun } from '#shared/format/bytes.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { requestUnlock, useSession } from '#renderer/lib/session.ts';
import { Button, LinkButton } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { DigestText } from './digest-text.tsx';
import { Fact, Facts } from './facts.tsx';
import { TextAreaField, TextField } from './field.tsx';
import type { Hits } from './finding-groups.ts';
import { InlineFailure } from './inline-failure.tsx';
import { PlainText } from './plain-text.tsx';
import styles from './waive-dialog.module.css';

const schema = z.object({
  reason: z.string().refine((text) => text.trim() !== '', { message: 'A waiver needs a reason.' }),
  until: z.string().refine((text) => text === '' || new Date(text).getTime() > Date.now(), {
    message: 'A time that is still to come, or nothing.',
  }),
});

export interface WaiveDialogProps {
  /** What is accepted. */
  hits: Hits;
  /** The digest that the waiver names. */
  subject: string;
  /** What holds the file, e.g. `silero-vad@5.0.0`. */
  holder: string;
  onClose: () => void;
}

/** Accepts one rule for one digest, signed by the person's key, with a reason and perhaps an end. */
export function WaiveDialog({ hits, subject, holder, onClose }: WaiveDialogProps) {
  const formId = useId();
  const act = useAct();
  const person = useSession().value?.person ?? null;
  const { control, handleSubmit } = useForm({
    resolver: zodResolver(schema),
    defaultValues: { reason: '', until: '' },
  });
  const { rule, path, findings } = hits;
  const object = path === '' ? holder : `${holder}: ${path}`;
  const submit = handleSubmit(async ({ reason, until }) => {
    const end = until === '' ? {} : { expiresAt: new Date(until).toISOString() };
    const isDone = await act.run(() =>
      call('waivers.add', { subject, rule, object: object.slice(0, 500), reason: reason.trim(), ...end }),
    );
    if (isDone) onClose();
  });
  const name = path === '' ? holder : toVisibleText(path);
  return (
    <Dialog
      open
      title={`Waive ${rule}`}
      description={`${formatNoun(findings.length, 'finding')} of this rule will no longer count for exactly these bytes, wherever they lie here. Any other byte, and any other rule, still counts.`}
      onClose={onClose}
      locked={act.busy}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            form={formId}
            variant="danger"
            busy={act.busy}
            disabledReason={person === null ? 'A waiver is signed, and no key is unlocked.' : null}
          >
            Waive {rule} for {name}
          </Button>
        </>
      }
    >
      <Facts>
        <Fact name="file">
          <PlainText mono text={object} />
        </Fact>
        <Fact name="digest">
          <DigestText digest={subject} full />
        </Fact>
        <Fact name="signed by">
          {person === null ? (
            <>
              nobody yet. <LinkButton onClick={() => requestUnlock()}>Unlock a key…</LinkButton>
            </>
          ) : (
            person.name
          )}
        </Fact>
      </Facts>
      <form id={formId} onSubmit={(event) => void submit(event)} noValidate className={styles.form}>
        <TextAreaField
          control={control}
          name="reason"
          label="Reason"
          hint="It is signed, kept in the log, and cannot be edited afterwards."
          autoFocus
        />
        <TextField
          control={control}
          name="until"
          label="Until (optional)"
          type="datetime-local"
          hint="Local time. From then on the findings count again."
        />
      </form>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </Dialog>
  );
}
