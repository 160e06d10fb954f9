import { zodResolver } from '@hookform/resolvers/zod';
import { useId } from 'react';
import { FormProvider, useForm, useWatch } from 'react-hook-form';
import { z } from 'zod';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { TextField } from '#renderer/components/field.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { AnchorLimitFields, limitAnswers, toLimits, widestLimits } from './anchor-limits.tsx';
import { KeyFileChoice, keyFileRefusal, useKeyFile } from './key-file-choice.tsx';
import { splitGlobs } from './model-globs.ts';
import { endRequest } from './trust-store.ts';
import styles from './trust.module.css';

const answers = limitAnswers.extend({
  owner: z.string().trim().min(1, 'Say whose key this is.').max(200),
  identity: z.string().trim().max(1000),
  issuer: z.string().trim().max(1000),
});

/** Takes a public key into the trust store: a file, the fingerprint the owner told, whose it is, what it may sign for. */
export function AddAnchorDialog() {
  const file = useKeyFile();
  const adding = useAct();
  const formId = useId();
  const form = useForm({
    resolver: zodResolver(answers),
    defaultValues: { ...widestLimits, owner: '', identity: '', issuer: '' },
  });
  const { control, handleSubmit } = form;
  const [models, purposes] = useWatch({ control, name: ['models', 'purposes'] });
  const isRoot = file.chosen?.kind === 'sigstore';
  const refusal = keyFileRefusal(file) ?? (purposes.length === 0 ? 'Choose at least one purpose.' : null);

  const submit = handleSubmit(async ({ owner, identity, issuer, ...limits }) => {
    if (file.found === null || refusal !== null) return;
    const { expiresAt, ...rest } = toLimits(limits);
    const input = {
      source: file.found.source.handle,
      fingerprint: file.fingerprint,
      owner,
      ...rest,
      ...(expiresAt === null ? {} : { expiresAt }),
      ...(isRoot && identity !== '' ? { identity } : {}),
      ...(isRoot && issuer !== '' ? { issuer } : {}),
    };
    if (await adding.run(() => call('anchors.add', input))) endRequest();
  });

  return (
    <Dialog
      open
      wide
      title="Add an anchor"
      description="Signatures by this key will count for the models you name. Compare its fingerprint with what the owner told you by another way than this file."
      onClose={endRequest}
      locked={adding.busy}
      actions={
        <>
          <Button onClick={endRequest}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" busy={adding.busy} disabledReason={refusal}>
            {splitGlobs(models).length === 0
              ? 'Accept this key'
              : `Accept this key for ${splitGlobs(models).join(', ')}`}
          </Button>
        </>
      }
    >
      <KeyFileChoice file={file} />
      {(file.found?.candidates.length ?? 0) === 0 ? null : (
        <form id={formId} className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
          <TextField
            control={control}
            name="owner"
            label="Owner"
            hint="Whose key this is, as people here call them."
          />
          {isRoot ? (
            <>
              <TextField
                control={control}
                name="identity"
                label="Identity"
                mono
                hint="Who has to have signed in."
              />
              <TextField
                control={control}
                name="issuer"
                label="Issuer"
                mono
                hint="Where, e.g. https://accounts.example."
              />
            </>
          ) : null}
          <FormProvider {...form}>
            <AnchorLimitFields />
          </FormProvider>
        </form>
      )}
      {adding.failure ? <InlineFailure failure={adding.failure} onRetry={() => void submit()} /> : null}
    </Dialog>
  );
}
