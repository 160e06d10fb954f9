import { zodResolver } from '@hookform/resolvers/zod';
import { useId, useState } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import type { ImportDetail } from '#shared/contract/releases.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { TextAreaField } from '#renderer/components/field.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { publishLabel, whyNotPublish } from './publish-words.ts';
import styles from './intake.module.css';

/** The button that makes an import a release; while it cannot be, it says why. */
export function PublishImport({ detail }: { detail: ImportDetail }) {
  const [isAsking, setAsking] = useState(false);
  const { allowed } = detail.decision;
  return (
    <>
      <Button
        variant={allowed ? 'primary' : 'plain'}
        disabledReason={whyNotPublish(detail.decision)}
        onClick={() => setAsking(true)}
      >
        {publishLabel(detail)} as a release…
      </Button>
      {isAsking ? <PublishDialog detail={detail} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

/** Asks for what the policy wants a person to answer for, each with its own reason. */
function PublishDialog({ detail, onClose }: { detail: ImportDetail; onClose: () => void }) {
  const { id, files, sizeBytes, manifestDigest, decision } = detail;
  const { needsUnsignedAcceptance: isUnsigned, needsReviewAcceptance: isReviewed } = decision;
  const formId = useId();
  const act = useAct();
  const schema = z.object({
    unsigned: z.string().refine((text) => !isUnsigned || text.trim() !== '', {
      message: 'Unsigned bytes need a reason.',
    }),
    review: z.string().refine((text) => !isReviewed || text.trim() !== '', {
      message: 'Say why it may come in all the same.',
    }),
  });
  const { control, handleSubmit } = useForm({
    resolver: zodResolver(schema),
    defaultValues: { unsigned: '', review: '' },
  });
  const submit = handleSubmit(async ({ unsigned, review }) => {
    const isDone = await act.run(() =>
      call('imports.publish', {
        id,
        ...(isUnsigned ? { acceptUnsigned: { reason: unsigned.trim() } } : {}),
        ...(isReviewed ? { acceptReview: { reason: review.trim() } } : {}),
      }),
    );
    if (isDone) onClose();
  });
  const label = publishLabel(detail);
  return (
    <Dialog
      open
      title={label}
      description={
        <>
          {formatNoun(files.length, 'file')}, {formatBytes(sizeBytes)}, become an immutable release. The name
          and version stay bound to this digest for ever:{' '}
          {manifestDigest === null ? null : <DigestText digest={manifestDigest} full />}
        </>
      }
      onClose={onClose}
      locked={act.busy}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" busy={act.busy}>
            {label}, {formatBytes(sizeBytes)}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void submit(event)} noValidate className={styles.form}>
        {isUnsigned ? (
          <TextAreaField
            control={control}
            name="unsigned"
            label="Why unsigned bytes are accepted"
            hint="It is kept in the log and cannot be edited afterwards."
            autoFocus
          />
        ) : null}
        {isReviewed ? (
          <TextAreaField
            control={control}
            name="review"
            label="Why what was found may come in"
            hint="You looked at every finding that the policy wants looked at. It is kept in the log with your name."
            autoFocus={!isUnsigned}
          />
        ) : null}
      </form>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </Dialog>
  );
}
