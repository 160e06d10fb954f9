import { zodResolver } from '@hookform/resolvers/zod';
import { FileJson, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import { ModelName, type Location } from '#shared/contract/basics.ts';
import type { Recognised } from '#shared/contract/transfers.ts';
import { formatBytes } from '#shared/format/bytes.ts';
import { Button, IconButton } from '#renderer/components/button.tsx';
import { TextField } from '#renderer/components/field.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { fetchJob } from '#renderer/lib/jobs.ts';
import { useCall } from '#renderer/lib/query.ts';
import { guessRelease, isVersion, type GuessedRelease } from './guess-release.ts';
import { rememberImport, rememberNames, useIntake } from './intake-store.ts';
import styles from './intake.module.css';

const schema = z.object({
  model: z.string().refine((name) => ModelName.safeParse(name).success, {
    message: 'Lower-case letters, digits, dot, underscore and hyphen.',
  }),
  version: z.string().refine(isVersion, { message: 'MAJOR.MINOR.PATCH, e.g. 5.0.0 or 5.1.0-rc.1.' }),
});

function whyNot(found: Recognised): string | null {
  if (found.problems.length > 0) {
    return 'Something here cannot be taken in: see Contents. Remove it on the sending side.';
  }
  return found.fileCount === 0 ? 'There is no file here.' : null;
}

/** A volume's label names a model only when it has a version too. */
function guessFromVolume(label: string): GuessedRelease {
  const guess = guessRelease(label);
  return guess.version === '' ? { model: '', version: '' } : guess;
}

/** Asks for name and version, and starts the import into quarantine. */
export function BringInFolder({ handle, found }: { handle: string; found: Recognised }) {
  const folders = useIntake((state) => state.folders);
  const typed = useIntake((state) => state.names[handle]);
  const volumes = useCall('media.volumes', {}, ['media']).value;
  const folder = folders.find((each) => each.handle === handle);
  const volume = volumes?.find((each) => each.location?.handle === handle);
  const models = useCall('releases.list', {}, ['releases']).value;
  const known = useMemo(() => [...new Set((models ?? []).map((release) => release.model))], [models]);
  const [provenance, setProvenance] = useState<Location | null>(null);
  const act = useAct();
  const { control, handleSubmit, watch } = useForm({
    resolver: zodResolver(schema),
    defaultValues: typed ?? (folder ? guessRelease(folder.label) : guessFromVolume(volume?.label ?? '')),
  });
  const submit = handleSubmit((values) =>
    act.run(async () => {
      rememberNames(handle, values);
      const { jobId } = await call('imports.start', {
        source: handle,
        ...values,
        ...(provenance ? { provenance: provenance.handle } : {}),
      });
      rememberImport(handle, jobId);
      await fetchJob(jobId);
    }),
  );
  const choose = async () => {
    const title = 'Choose an in-toto statement (JSON)';
    const file = await call('dialog.chooseFile', { title });
    if (file) setProvenance(file);
  };
  // eslint-disable-next-line react-hooks/incompatible-library -- read during render only, never memoised
  const [model, version] = watch(['model', 'version']);
  const name = `${model || 'it'} ${version}`.trim();
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
      <div className={styles.pair}>
        <TextField control={control} name="model" label="Model" suggestions={known} />
        <TextField control={control} name="version" label="Version" placeholder="5.0.0" />
      </div>
      <div className={styles.provenance}>
        {provenance ? (
          <>
            <FileJson size={14} aria-hidden />
            <span>
              provenance: <PlainText text={provenance.label} />
            </span>
            <IconButton
              label="Leave the provenance out"
              icon={<X size={13} aria-hidden />}
              onClick={() => setProvenance(null)}
            />
          </>
        ) : (
          <>
            <Button onClick={() => void act.run(choose)}>Add provenance…</Button>
            <span>An in-toto statement that becomes part of the release. Its contents stay claims.</span>
          </>
        )}
      </div>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
      <div className={styles.acts}>
        <Button type="submit" variant="primary" busy={act.busy} disabledReason={whyNot(found)}>
          Bring {name} into quarantine
        </Button>
        <p>
          {whyNot(found) ??
            `Reads ${formatBytes(found.sizeBytes)} once. Nothing becomes a release before somebody publishes it.`}
        </p>
      </div>
    </form>
  );
}
