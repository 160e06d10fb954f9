import { zodResolver } from '@hookform/resolvers/zod';
import { useId, useState } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { type Affected } from '#shared/contract/trust-store.ts';
import { Revocation } from '#shared/contract/trust.ts';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { SelectField, TextAreaField, TextField } from '#renderer/components/field.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { AffectedList } from './affected-list.tsx';
import styles from './trust.module.css';

const kinds = Revocation.shape.kind;
const schema = z.object({
  kind: kinds,
  value: z.string().trim().min(1, 'Say what is revoked.').max(512),
  reason: z.string().trim().min(1, 'A revocation needs a reason.'),
});

interface Previewed extends z.infer<typeof schema> {
  readonly affects: Affected;
}

/** Revokes a digest, a key or a certificate: first what it would hit, then the act. */
export function AddRevocationDialog({ onClose }: { onClose: () => void }) {
  const formId = useId();
  const act = useAct();
  const [previewed, setPreviewed] = useState<Previewed | null>(null);
  const { control, handleSubmit } = useForm({
    resolver: zodResolver(schema),
    defaultValues: { kind: 'digest' as const, value: '', reason: '' } as z.infer<typeof schema>,
  });
  const look = handleSubmit(async (given) => {
    const { kind, value } = given;
    await act.run(async () => {
      setPreviewed({ ...given, affects: await call('trust.revocations.affects', { kind, value }) });
    });
  });
  const revoke = async ({ kind, value, reason }: Previewed) => {
    if (await act.run(() => call('trust.revocations.add', { kind, value, reason }))) onClose();
  };
  return (
    <Dialog
      open
      wide
      title="Revoke"
      description="What is revoked no longer counts here, whatever vouches for it. What is published or live stays where it is and shows it."
      onClose={onClose}
      locked={act.busy}
      actions={
        previewed === null ? (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" form={formId} variant="primary" busy={act.busy}>
              Show what it hits
            </Button>
          </>
        ) : (
          <>
            <Button
              onClick={() => {
                act.clear();
                setPreviewed(null);
              }}
            >
              Back
            </Button>
            <Button variant="danger" busy={act.busy} onClick={() => void revoke(previewed)}>
              Revoke this {previewed.kind}
            </Button>
          </>
        )
      }
    >
      {previewed === null ? (
        <form id={formId} className={styles.form} onSubmit={(event) => void look(event)} noValidate>
          <SelectField
            control={control}
            name="kind"
            label="What"
            choices={kinds.options.map((kind) => ({ value: kind, label: kind }))}
          />
          <TextField
            control={control}
            name="value"
            label="Value"
            mono
            hint="A digest as sha256:…, a key's whole fingerprint, or a certificate as serial@fingerprint of its issuer's key."
          />
          <TextAreaField
            control={control}
            name="reason"
            label="Reason"
            hint="It is kept in the log and cannot be edited afterwards."
          />
        </form>
      ) : (
        <>
          <p>
            {previewed.kind} <PlainText mono text={previewed.value} />
          </p>
          <AffectedList affects={previewed.affects} />
        </>
      )}
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </Dialog>
  );
}
