import { useFormContext, useWatch } from 'react-hook-form';
import { z } from 'zod';
import { type Anchor, AnchorPurpose } from '#shared/contract/trust.ts';
import { CheckField, TextField } from '#renderer/components/field.tsx';
import { purposeWords, splitFormats } from './anchor-words.ts';
import { findGlobProblem, splitGlobs } from './model-globs.ts';
import styles from './trust.module.css';

/** What an anchor counts for, as a person types it. */
export const limitAnswers = z.object({
  models: z.string().superRefine((text, context) => {
    const problem = findGlobProblem(text);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  }),
  formats: z.string().max(2000),
  until: z.string().refine((text) => text === '' || new Date(text).getTime() > Date.now(), {
    message: 'A time that is still to come, or nothing.',
  }),
  purposes: z.array(AnchorPurpose).min(1, 'Choose at least one purpose.'),
});
export type LimitAnswers = z.infer<typeof limitAnswers>;

/** Everything that an anchor can be for, until somebody says less. */
export const widestLimits: LimitAnswers = {
  models: '',
  formats: '',
  until: '',
  purposes: [...AnchorPurpose.options],
};

/** The limits of an anchor as the form shows them. */
export function toLimitAnswers({ models, formats, expiresAt, purposes }: Anchor): LimitAnswers {
  return {
    models: models.join(', '),
    formats: formats.join(', '),
    until: expiresAt === null ? '' : toLocalInput(new Date(expiresAt)),
    purposes: [...purposes],
  };
}

/** What was typed, as the engine takes it. */
export function toLimits({ models, formats, until, purposes }: LimitAnswers) {
  return {
    models: splitGlobs(models),
    formats: splitFormats(formats),
    purposes,
    expiresAt: until === '' ? null : new Date(until).toISOString(),
  };
}

/** `2027-01-31T13:05`, the local time of a datetime field. */
function toLocalInput(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** Models, purposes, formats and the end of an anchor; inside the provider of a form that has {@link LimitAnswers}. */
export function AnchorLimitFields() {
  const { control, setValue } = useFormContext<LimitAnswers>();
  const purposes = useWatch({ control, name: 'purposes' });
  return (
    <>
      <TextField
        control={control}
        name="models"
        label="May sign for"
        mono
        placeholder="silero-*"
        hint="Model names, parted by commas; * stands for any characters, ? for one."
      />
      <fieldset className={styles.purposes}>
        <legend>Purposes</legend>
        {AnchorPurpose.options.map((purpose) => (
          <CheckField
            key={purpose}
            label={purposeWords[purpose]}
            checked={purposes.includes(purpose)}
            onChange={(isChecked) => {
              const others = purposes.filter((each) => each !== purpose);
              setValue('purposes', isChecked ? [...others, purpose] : others);
            }}
          />
        ))}
      </fieldset>
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
    </>
  );
}
