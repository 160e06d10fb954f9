import { zodResolver } from '@hookform/resolvers/zod';
import { useId, useState } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import type { Location } from '#shared/contract/basics.ts';
import type { Verdict } from '#shared/contract/evidence.ts';
import { Attachment, type EvidenceSubject } from '#shared/contract/policy.ts';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { useCall } from '#renderer/lib/query.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { DigestText } from './digest-text.tsx';
import { SelectField, TextAreaField, TextField } from './field.tsx';
import { InlineFailure } from './inline-failure.tsx';
import { Loaded } from './loaded.tsx';
import { SectionHeader } from './place-header.tsx';
import { PlainText } from './plain-text.tsx';
import { AgeText, TimeText } from './time-text.tsx';
import { VerdictMark } from './verdict.tsx';
import styles from './attachments.module.css';

/** Clean is what somebody else's tool said, no proof; it is marked as said, not as verified. */
const marks: Record<Attachment['outcome'], Verdict> = {
  clean: 'not-checked',
  infected: 'failed',
  unknown: 'warning',
};

export interface AttachmentsProps {
  of: EvidenceSubject;
  /** `model@version`. */
  name: string;
  /** Nothing can be attached any more. */
  isClosed?: boolean;
}

/** What outside scanners said: each result with tool, version and the age of its signatures, and a way to add a report. */
export function Attachments({ of, name, isClosed = false }: AttachmentsProps) {
  const attachments = useCall('evidence.list', { of }, ['imports', 'releases']);
  const [isAdding, setAdding] = useState(false);
  return (
    <section aria-label="Reports of outside scanners">
      <SectionHeader title="Reports of outside scanners">
        {isClosed ? null : <Button onClick={() => setAdding(true)}>Attach a report…</Button>}
      </SectionHeader>
      <Loaded query={attachments} label="Reading the reports">
        {(all) =>
          all.length === 0 ? (
            <p className={styles.quiet}>
              No virus scanner was run and no report is attached. A kiosk’s or a laboratory’s report can be
              attached.
            </p>
          ) : (
            <ul className={styles.list}>
              {all.map((attachment) => (
                <Row key={attachment.id} attachment={attachment} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {isAdding ? <AttachDialog of={of} name={name} onClose={() => setAdding(false)} /> : null}
    </section>
  );
}

function Row({ attachment }: { attachment: Attachment }) {
  const { at, by, tool, toolVersion, signaturesAt, outcome, detail, file } = attachment;
  return (
    <li className={styles.row}>
      <VerdictMark verdict={marks[outcome]} label={outcome} />
      <div>
        <p>
          <PlainText text={toolVersion === null ? tool : `${tool} ${toolVersion}`} />,{' '}
          {signaturesAt === null ? (
            'signatures of unknown age'
          ) : (
            <>
              signatures <AgeText at={signaturesAt} suffix=" old" />
            </>
          )}
        </p>
        {detail === '' ? null : (
          <p>
            <PlainText text={detail} />
          </p>
        )}
        <p className={styles.quiet}>
          <TimeText at={at} /> by <PlainText text={by} />
          {file === null ? null : (
            <>
              , file <PlainText mono text={file.name} /> <DigestText digest={file.digest} />
            </>
          )}
        </p>
      </div>
    </li>
  );
}

const schema = z.object({
  tool: z
    .string()
    .refine((text) => text.trim() !== '', { message: 'Whose report it is, e.g. kiosk 3.' })
    .max(200),
  toolVersion: z.string().max(100),
  signaturesAt: z.string(),
  outcome: Attachment.shape.outcome,
  detail: z.string().max(2000),
});

const outcomes = [
  { value: 'unknown', label: 'unknown: a person has to read it' },
  { value: 'clean', label: 'clean' },
  { value: 'infected', label: 'infected' },
];

function AttachDialog({ of, name, onClose }: { of: EvidenceSubject; name: string; onClose: () => void }) {
  const formId = useId();
  const act = useAct();
  const [file, setFile] = useState<Location | null>(null);
  const { control, handleSubmit } = useForm({
    resolver: zodResolver(schema),
    defaultValues: { tool: '', toolVersion: '', signaturesAt: '', outcome: 'unknown' as const, detail: '' },
  });
  const choose = async () => {
    const chosen = await call('dialog.chooseFile', { title: 'Choose the report of the scanner' });
    if (chosen) setFile(chosen);
  };
  const submit = handleSubmit(async ({ tool, toolVersion, signaturesAt, outcome, detail }) => {
    if (file === null) return;
    const isDone = await act.run(() =>
      call('evidence.attach', {
        to: of,
        source: file.handle,
        tool: tool.trim(),
        ...(toolVersion.trim() === '' ? {} : { toolVersion: toolVersion.trim() }),
        ...(signaturesAt === '' ? {} : { signaturesAt: new Date(signaturesAt).toISOString() }),
        outcome,
        detail: detail.trim(),
      }),
    );
    if (isDone) onClose();
  });
  return (
    <Dialog
      open
      title="Attach a report"
      description={`The file is kept by its digest as evidence on ${name}. It says what its tool said, and proves no more.`}
      onClose={onClose}
      locked={act.busy}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            busy={act.busy}
            disabledReason={file === null ? 'Choose the report first.' : null}
          >
            Attach the report to {name}
          </Button>
        </>
      }
    >
      <div className={styles.file}>
        <Button onClick={() => void act.run(choose)}>Choose the report…</Button>
        {file === null ? null : <PlainText mono text={file.label} />}
      </div>
      <form id={formId} onSubmit={(event) => void submit(event)} noValidate className={styles.form}>
        <SelectField control={control} name="outcome" label="What it says" choices={outcomes} />
        <TextField control={control} name="tool" label="Tool" placeholder="kiosk 3" />
        <TextField control={control} name="toolVersion" label="Version of the tool (optional)" />
        <TextField
          control={control}
          name="signaturesAt"
          type="datetime-local"
          label="Date of its signatures (optional)"
        />
        <TextAreaField control={control} name="detail" label="Note (optional)" rows={2} />
      </form>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </Dialog>
  );
}
