import { zodResolver } from '@hookform/resolvers/zod';
import { useId, useState } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import type { Location } from '#shared/contract/basics.ts';
import type { FixityStatus } from '#shared/contract/fixity.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { SelectField, TextAreaField, TextField } from '#renderer/components/field.tsx';
import { ChoiceInput } from '#renderer/components/choice-input.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { fetchJob } from '#renderer/lib/jobs.ts';
import { useCall } from '#renderer/lib/query.ts';
import { askStore, useActivity } from './activity-store.ts';
import styles from './store.module.css';

/** The dialogs about stored blobs, one at a time. */
export function StoreDialogs({ status }: { status: FixityStatus }) {
  const request = useActivity((state) => state.storeRequest);
  if (request?.kind === 'settings') return <SettingsDialog status={status} />;
  return request?.kind === 'repair' ? <RepairDialog status={status} /> : null;
}

const close = () => askStore(null);

const rates = [
  { value: '', label: 'As fast as it goes' },
  { value: '100000000', label: '100 MB/s' },
  { value: '50000000', label: '50 MB/s' },
  { value: '20000000', label: 'Slow, 20 MB/s' },
  { value: '5000000', label: 'Very slow, 5 MB/s' },
] as const;

const answers = z.object({
  everyDays: z
    .string()
    .regex(/^[0-9]{0,4}$/, 'A number of days, or nothing.')
    .refine((text) => text === '' || (Number(text) >= 1 && Number(text) <= 3650), 'From 1 to 3,650 days.'),
  bytesPerSecond: z.string(),
  reason: z.string().trim().min(1, 'This act needs a reason.').max(2000, 'At most 2,000 characters.'),
});

/** How often blobs are read again, and at which rate; it holds for a check that is under way at once. */
function SettingsDialog({ status: { settings } }: { status: FixityStatus }) {
  const formId = useId();
  const act = useAct();
  const rate = settings.bytesPerSecond === null ? '' : String(settings.bytesPerSecond);
  const choices = rates.some(({ value }) => value === rate)
    ? rates
    : [...rates, { value: rate, label: `${formatBytes(Number(rate))}/s` }];
  const { control, handleSubmit } = useForm({
    resolver: zodResolver(answers),
    defaultValues: {
      everyDays: settings.everyDays === null ? '' : String(settings.everyDays),
      bytesPerSecond: rate,
      reason: '',
    },
  });
  const submit = handleSubmit(async ({ everyDays, bytesPerSecond, reason }) => {
    const change = {
      everyDays: everyDays === '' ? null : Number(everyDays),
      bytesPerSecond: bytesPerSecond === '' ? null : Number(bytesPerSecond),
      reason,
    };
    if (await act.run(() => call('fixity.configure', change))) close();
  });
  return (
    <Dialog
      open
      title="When and how fast stored blobs are read again"
      description="What is due is read while this window is open, and by fixity --due on the command line. On battery it never goes faster than 20 MB/s."
      onClose={close}
      locked={act.busy}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary" busy={act.busy}>
            Change how blobs are read
          </Button>
        </>
      }
    >
      <form id={formId} className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        <TextField
          control={control}
          name="everyDays"
          type="number"
          label="Days after which a blob is due again"
          hint="Empty: blobs are read only when somebody asks."
          autoFocus
        />
        <SelectField control={control} name="bytesPerSecond" label="Rate at most" choices={choices} />
        <TextAreaField
          control={control}
          name="reason"
          label="Reason"
          hint="It is kept in the log and cannot be edited afterwards."
        />
      </form>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </Dialog>
  );
}

const FOLDER = 'folder';

/** Where good bytes come from: a drive that is plugged in, a folder, or a server that was sent them. */
function RepairDialog({ status: { damaged } }: { status: FixityStatus }) {
  const act = useAct();
  const choosing = useAct();
  const volumes = useCall('media.volumes', {}, ['media']);
  const [folder, setFolder] = useState<Location | null>(null);
  const [from, setFrom] = useState(FOLDER);
  const servers = [...new Set(damaged.flatMap((blob) => blob.servers))].sort();
  const drives = (volumes.value ?? []).flatMap(({ label, device, location }) =>
    location === null ? [] : [{ value: `drive ${location.handle}`, label: `Drive ${label || device}` }],
  );
  const choices = [
    { value: FOLDER, label: folder === null ? 'A folder or another place' : `Folder ${folder.label}` },
    ...drives,
    ...servers.map((name) => ({ value: `server ${name}`, label: `Server ${name}` })),
  ];
  const missing = from === FOLDER && folder === null ? 'Choose a folder first.' : null;
  const choose = () =>
    void choosing.run(async () => {
      const chosen = await call('dialog.chooseFolder', { title: 'Choose where good copies lie' });
      if (chosen !== null) setFolder(chosen);
    });
  const submit = () =>
    void act
      .run(async () => {
        const handle = from === FOLDER ? (folder?.handle ?? '') : from.replace(/^drive /, '');
        const source = from.startsWith('server ')
          ? { server: from.slice('server '.length) }
          : { sources: [handle] };
        const { jobId } = await call('fixity.repair', { from: source });
        useActivity.setState({ repairJob: jobId });
        await fetchJob(jobId);
      })
      .then((isStarted) => isStarted && close());
  const bytes = damaged.reduce((sum, blob) => sum + lacking(blob), 0);
  return (
    <Dialog
      open
      title={`Repair ${formatNoun(damaged.length, 'damaged blob')}`}
      description={`Of the good copies only what is damaged here is read (${formatBytes(bytes)}). Every chunk is compared with its digest, and a blob enters the store when all of it is right. Nothing is written where the copies lie.`}
      onClose={close}
      locked={act.busy}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="primary" busy={act.busy} disabledReason={missing} onClick={submit}>
            Repair {formatNoun(damaged.length, 'blob')}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <ChoiceInput label="Good copies come from" choices={choices} value={from} onChange={setFrom} />
        {from === FOLDER ? (
          <div className={styles.chosen}>
            <Button busy={choosing.busy} onClick={choose}>
              Choose a folder…
            </Button>
            {folder === null ? (
              <span className={styles.quiet}>Volumes of a set, a model folder, an OCI layout.</span>
            ) : (
              <PlainText text={folder.label} />
            )}
          </div>
        ) : null}
      </div>
      {choosing.failure ? <InlineFailure failure={choosing.failure} /> : null}
      {act.failure ? <InlineFailure failure={act.failure} onRetry={submit} /> : null}
    </Dialog>
  );
}

/** What has to be read for a blob; all of it where nothing of it is left. */
function lacking({ ranges, sizeBytes }: FixityStatus['damaged'][number]): number {
  if (ranges.length === 0) return sizeBytes;
  return ranges.reduce((sum, { start, end }) => sum + Math.max(0, Math.min(end + 1, sizeBytes) - start), 0);
}
