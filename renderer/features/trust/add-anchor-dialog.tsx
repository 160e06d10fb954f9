import { zodResolver } from '@hookform/resolvers/zod';
import { useId, useState } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { z } from 'zod';
import type { Location } from '#shared/contract/basics.ts';
import { type AnchorCandidate, AnchorPurpose } from '#shared/contract/trust.ts';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { CheckField, TextField } from '#renderer/components/field.tsx';
import { FingerprintChoice } from '#renderer/components/fingerprint-choice.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { purposeWords, splitFormats } from './anchor-words.ts';
import { findGlobProblem, splitGlobs } from './model-globs.ts';
import { endRequest } from './trust-store.ts';
import styles from './trust.module.css';

const answers = z.object({
  owner: z.string().trim().min(1, 'Say whose key this is.').max(200),
  models: z.string().superRefine((text, context) => {
    const problem = findGlobProblem(text);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  }),
  formats: z.string().max(2000),
  until: z.string().refine((text) => text === '' || new Date(text).getTime() > Date.now(), {
    message: 'A time that is still to come, or nothing.',
  }),
  identity: z.string().trim().max(1000),
  issuer: z.string().trim().max(1000),
});

interface Found {
  readonly source: Location;
  readonly candidates: readonly AnchorCandidate[];
}

/** Takes a public key into the trust store: a file, the fingerprint the owner told, whose it is, what it may sign for. */
export function AddAnchorDialog() {
  const reading = useAct();
  const adding = useAct();
  const formId = useId();
  const [found, setFound] = useState<Found | null>(null);
  const [fingerprint, setFingerprint] = useState('');
  const [assured, setAssured] = useState(false);
  const [purposes, setPurposes] = useState<readonly AnchorPurpose[]>(AnchorPurpose.options);
  const chosen = found?.candidates.find((candidate) => candidate.fingerprint === fingerprint);
  const { control, handleSubmit } = useForm({
    resolver: zodResolver(answers),
    defaultValues: { owner: '', models: '', formats: '', until: '', identity: '', issuer: '' },
  });
  const models = splitGlobs(useWatch({ control, name: 'models' }));

  const choose = () =>
    reading.run(async () => {
      const source = await call('dialog.chooseFile', { title: 'Choose a public key' });
      if (source === null) return;
      setFound(null);
      setFingerprint('');
      setAssured(false);
      setFound({ source, candidates: await call('anchors.inspect', { source: source.handle }) });
    });

  const submit = handleSubmit(async (given) => {
    if (found === null || fingerprint === '' || !assured || purposes.length === 0) return;
    const input = {
      source: found.source.handle,
      fingerprint,
      owner: given.owner,
      models: splitGlobs(given.models),
      formats: splitFormats(given.formats),
      purposes: [...purposes],
      ...(given.until === '' ? {} : { expiresAt: new Date(given.until).toISOString() }),
      ...(chosen?.kind === 'sigstore' && given.identity !== '' ? { identity: given.identity } : {}),
      ...(chosen?.kind === 'sigstore' && given.issuer !== '' ? { issuer: given.issuer } : {}),
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
          <Button
            type="submit"
            form={formId}
            variant="primary"
            busy={adding.busy}
            disabledReason={missing(found, fingerprint, assured, purposes)}
          >
            {models.length === 0 ? 'Accept this key' : `Accept this key for ${models.join(', ')}`}
          </Button>
        </>
      }
    >
      <div className={styles.line}>
        <Button busy={reading.busy} onClick={() => void choose()}>
          {found === null ? 'Choose the key file…' : 'Choose another file…'}
        </Button>
        {found === null ? (
          <span className={styles.quiet}>
            OpenSSH lines, allowed_signers, minisign, signify, PEM, OpenPGP or a trusted root.
          </span>
        ) : (
          <PlainText text={found.source.label} />
        )}
      </div>
      {reading.failure ? <InlineFailure failure={reading.failure} onRetry={() => void choose()} /> : null}
      {found === null ? null : found.candidates.length === 0 ? (
        <p>There is no public key in this file.</p>
      ) : (
        <>
          <FingerprintChoice
            label={`Keys in ${found.source.label}`}
            keys={found.candidates}
            value={fingerprint}
            onChange={setFingerprint}
            assurance="I compared this fingerprint, whole, with what the owner of the key told me."
            assured={assured}
            onAssure={setAssured}
          />
          <form id={formId} className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
            <TextField
              control={control}
              name="owner"
              label="Owner"
              hint="Whose key this is, as people here call them."
            />
            <TextField
              control={control}
              name="models"
              label="May sign for"
              mono
              placeholder="silero-*"
              hint="Model names, parted by commas; * stands for any characters, ? for one."
            />
            <PurposeChoice value={purposes} onChange={setPurposes} />
            {chosen?.kind === 'sigstore' ? (
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
            <TextField
              control={control}
              name="formats"
              label="Formats (optional)"
              mono
              placeholder="oms, sshsig"
              hint="Ids of the formats it may sign in, parted by commas; nothing: any."
            />
            <TextField
              control={control}
              name="until"
              label="Expires (optional)"
              type="datetime-local"
              hint="Local time. From then on the site no longer relies on it."
            />
          </form>
        </>
      )}
      {adding.failure ? <InlineFailure failure={adding.failure} onRetry={() => void submit()} /> : null}
    </Dialog>
  );
}

interface PurposeChoiceProps {
  value: readonly AnchorPurpose[];
  onChange: (purposes: readonly AnchorPurpose[]) => void;
}

function PurposeChoice({ value, onChange }: PurposeChoiceProps) {
  return (
    <fieldset className={styles.purposes}>
      <legend>Purposes</legend>
      {AnchorPurpose.options.map((purpose) => (
        <CheckField
          key={purpose}
          label={purposeWords[purpose]}
          checked={value.includes(purpose)}
          onChange={(isChecked) =>
            onChange(isChecked ? [...value, purpose] : value.filter((each) => each !== purpose))
          }
        />
      ))}
    </fieldset>
  );
}

function missing(
  found: Found | null,
  fingerprint: string,
  assured: boolean,
  purposes: readonly AnchorPurpose[],
): string | null {
  if (found === null) return 'Choose the key file first.';
  if (fingerprint === '') return 'Choose the key with the fingerprint that the owner told you.';
  if (!assured) return 'Confirm that you compared the fingerprint.';
  return purposes.length > 0 ? null : 'Choose at least one purpose.';
}
