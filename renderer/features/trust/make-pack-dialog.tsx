import { zodResolver } from '@hookform/resolvers/zod';
import { X } from 'lucide-react';
import { useId, useState } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import type { Location } from '#shared/contract/basics.ts';
import type { AcceptedPack } from '#shared/contract/trust-pack.ts';
import type { PersonKey } from '#shared/contract/trust.ts';
import { Button, IconButton } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { CheckField, TextField } from '#renderer/components/field.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { PackSignatures } from './pack-signatures.tsx';
import { endRequest } from './trust-store.ts';
import styles from './packs.module.css';

const whole = (most: number) =>
  z.string().refine((text) => /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most, {
    message: `A whole number from 1 to ${most}.`,
  });
const answers = z.object({ maxAgeDays: whole(36_500), threshold: whole(16) });

interface MakePackDialogProps {
  /** The pack in force, whose roots and authority the next one takes over. */
  current: AcceptedPack | null;
  people: readonly PersonKey[];
}

/** Writes this site's anchors and revocations as a pack, then collects the signatures it needs. */
export function MakePackDialog({ current, people }: MakePackDialogProps) {
  const act = useAct();
  const formId = useId();
  const [target, setTarget] = useState<Location | null>(null);
  const [changesRoots, setChangesRoots] = useState(current === null);
  const [holders, setHolders] = useState<readonly string[]>([]);
  const [files, setFiles] = useState<readonly Location[]>([]);
  const [written, setWritten] = useState<Location | null>(null);
  const { control, handleSubmit } = useForm({
    resolver: zodResolver(answers),
    defaultValues: {
      maxAgeDays: String(current?.maxAgeDays ?? 365),
      threshold: String(current?.roots.threshold ?? 1),
    },
  });
  const chooseTarget = () =>
    act.run(async () => {
      const chosen = await call('dialog.chooseFolder', { title: 'Choose where the pack is written' });
      if (chosen !== null) setTarget(chosen);
    });
  const submit = handleSubmit(async ({ maxAgeDays, threshold }) => {
    if (target === null) return;
    const keys = files.map(({ handle }) => handle);
    const roots = changesRoots ? { roots: { threshold: Number(threshold), keys, people: [...holders] } } : {};
    const input = { target: target.handle, maxAgeDays: Number(maxAgeDays), ...roots };
    await act.run(async () => setWritten((await call('trust.pack.create', input)).location));
  });
  if (written !== null) {
    return (
      <Dialog
        open
        wide
        title="Collect the signatures"
        description="The pack is written. The other holders of root keys can sign it here one after the other, or at their own site."
        onClose={endRequest}
        actions={<Button onClick={endRequest}>Close</Button>}
      >
        <PackSignatures source={written} />
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      wide
      title={current === null ? 'Make the first trust pack' : `Make trust pack ${current.number + 1}`}
      description="It holds every anchor that is in force here and everything that is revoked, signed with the unlocked key first."
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
            disabledReason={makeRefusal()}
          >
            Write and sign the pack
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
        <div className={styles.line}>
          <Button busy={act.busy} onClick={() => void chooseTarget()}>
            {target === null ? 'Choose folder…' : 'Choose another folder…'}
          </Button>
          {target === null ? null : <PlainText mono text={target.label} />}
        </div>
        <div className={styles.short}>
          <TextField
            control={control}
            name="maxAgeDays"
            type="number"
            label="Age limit (days)"
            hint="After that its anchors no longer count."
          />
        </div>
        {current === null ? null : (
          <CheckField
            label={`Change the root holders (now ${current.roots.threshold} of ${current.roots.keys.map(({ name }) => name).join(', ')}); the old and the new ones have to sign`}
            checked={changesRoots}
            onChange={setChangesRoots}
          />
        )}
        {changesRoots ? (
          <>
            <fieldset className={styles.choice}>
              <legend>Root holders</legend>
              {people.map(({ name }) => (
                <CheckField
                  key={name}
                  label={`${name}, by their key of this site`}
                  checked={holders.includes(name)}
                  onChange={(isChecked) => {
                    const others = holders.filter((each) => each !== name);
                    setHolders(isChecked ? [...others, name] : others);
                  }}
                />
              ))}
              <KeyFiles files={files} onChange={setFiles} />
            </fieldset>
            <div className={styles.short}>
              <TextField control={control} name="threshold" type="number" label="How many have to sign" />
            </div>
          </>
        ) : null}
      </form>
      {act.failure ? <InlineFailure failure={act.failure} onRetry={() => void submit()} /> : null}
    </Dialog>
  );

  function makeRefusal(): string | null {
    if (target === null) return 'Choose the folder first.';
    if (changesRoots && holders.length + files.length === 0) return 'Choose at least one root holder.';
    return null;
  }
}

interface KeyFilesProps {
  files: readonly Location[];
  onChange: (files: readonly Location[]) => void;
}

/** Public key files of root holders elsewhere. */
function KeyFiles({ files, onChange }: KeyFilesProps) {
  const act = useAct();
  const add = () =>
    act.run(async () => {
      const chosen = await call('dialog.chooseFile', { title: 'Choose a root holder’s public key' });
      if (chosen !== null) onChange([...files.filter(({ handle }) => handle !== chosen.handle), chosen]);
    });
  return (
    <>
      <ul className={styles.lines}>
        {files.map((file) => (
          <li key={file.handle} className={styles.line}>
            <PlainText mono text={file.label} />
            <IconButton
              label={`Leave ${file.label} out`}
              icon={<X size={13} aria-hidden />}
              onClick={() => onChange(files.filter((each) => each !== file))}
            />
          </li>
        ))}
      </ul>
      <div className={styles.line}>
        <Button variant="quiet" busy={act.busy} onClick={() => void add()}>
          Add a public key file…
        </Button>
      </div>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </>
  );
}
