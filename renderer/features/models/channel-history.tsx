import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod';
import type { Channel, Pin } from '#shared/contract/releases.ts';
import { Button, LinkButton } from '#renderer/components/button.tsx';
import { ChoiceInput } from '#renderer/components/choice-input.tsx';
import { DataTable } from '#renderer/components/data-table.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { TextField } from '#renderer/components/field.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import type { Column } from '#renderer/components/table-columns.ts';
import { TimeText } from '#renderer/components/time-text.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { openRelease } from './models-view.ts';
import styles from './models.module.css';

const columns: readonly Column<Pin>[] = [
  { id: 'at', header: 'Since', width: '152px', cell: (pin) => <TimeText at={pin.at} /> },
  {
    id: 'version',
    header: 'Version',
    width: '110px',
    cell: (pin) => <LinkButton onClick={() => openRelease(pin.model, pin.version)}>{pin.version}</LinkButton>,
  },
  { id: 'by', header: 'By', width: '120px', cell: (pin) => <PlainText text={pin.by} /> },
  {
    id: 'reason',
    header: 'Reason',
    cell: (pin) => (
      <span title={pin.reason}>
        <PlainText text={pin.reason} />
      </span>
    ),
  },
  {
    id: 'digest',
    header: 'Digest',
    width: '170px',
    keepFrom: 'wide',
    cell: (pin) => <DigestText digest={pin.manifestDigest} />,
  },
];

/** What each channel pointed at over time, and the answer to what it was at one moment. */
export function ChannelHistory({ model, channels }: { model: string; channels: readonly Channel[] }) {
  const [chosen, setChosen] = useState(channels[0]?.channel ?? '');
  const channel = channels.find((known) => known.channel === chosen) ?? channels[0];
  if (channel === undefined) {
    return (
      <section className={styles.section}>
        <SectionHeader title="Channel history" />
        <p className={styles.quiet}>
          No channel points at this model yet. Pin a version to a channel, such as canary, to let servers take
          it.
        </p>
      </section>
    );
  }
  return (
    <section className={styles.section}>
      <SectionHeader title={`History of ${channel.channel}`}>
        <ChoiceInput
          label="Channel"
          hideLabel
          choices={channels.map((known) => ({ value: known.channel, label: known.channel }))}
          value={channel.channel}
          onChange={setChosen}
        />
      </SectionHeader>
      <div className={styles.flush}>
        <DataTable
          label={`History of ${channel.channel}`}
          columns={columns}
          rows={channel.history}
          rowId={(pin) => pin.at}
        />
      </div>
      <AsOf key={channel.channel} model={model} channel={channel.channel} />
    </section>
  );
}

const question = z.object({
  at: z.string().refine((at) => !Number.isNaN(Date.parse(at)), 'Choose a day and a time.'),
});

interface Answer {
  readonly at: string;
  readonly pin: Pin | null;
}

/** Asks the registry, not the list on screen: the answer is the one an auditor gets too. */
function AsOf({ model, channel }: { model: string; channel: string }) {
  const act = useAct();
  const [answer, setAnswer] = useState<Answer | null>(null);
  const { control, handleSubmit } = useForm({ resolver: zodResolver(question), defaultValues: { at: '' } });
  const submit = handleSubmit(async (given) => {
    const at = new Date(given.at).toISOString();
    setAnswer(null);
    await act.run(async () => setAnswer({ at, pin: await call('channels.asOf', { model, channel, at }) }));
  });
  return (
    <>
      <form className={styles.row} onSubmit={(event) => void submit(event)} noValidate>
        <TextField control={control} name="at" type="datetime-local" label={`What was ${channel} at`} />
        <Button type="submit" busy={act.busy}>
          Look up
        </Button>
      </form>
      <div role="status">{answer === null ? null : <AsOfAnswer channel={channel} {...answer} />}</div>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </>
  );
}

function AsOfAnswer({ channel, at, pin }: Answer & { channel: string }) {
  if (pin === null) {
    return (
      <p>
        At <TimeText at={at} /> {channel} pointed at nothing yet.
      </p>
    );
  }
  return (
    <p>
      At <TimeText at={at} /> {channel} was{' '}
      <LinkButton onClick={() => openRelease(pin.model, pin.version)}>
        {pin.model} {pin.version}
      </LinkButton>{' '}
      (<DigestText digest={pin.manifestDigest} />
      ), pinned by <PlainText text={pin.by} /> on <TimeText at={pin.at} />: “<PlainText text={pin.reason} />
      ”.
    </p>
  );
}
