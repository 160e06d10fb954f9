import { X } from 'lucide-react';
import { useState } from 'react';
import type { Location } from '#shared/contract/basics.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { Button, IconButton } from '#renderer/components/button.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { RecordDialog } from './record-dialog.tsx';
import styles from './transfers.module.css';

export interface HandOverDialogProps {
  setId: string;
  /** Where its volumes lie, as far as the window knows. */
  atHand?: readonly Location[];
  onDone?: () => void;
  onClose: () => void;
}

/** Records to whom a set went. What lies on the volumes at hand says so too, signed anew. */
export function HandOverDialog({ setId, atHand = [], onDone, onClose }: HandOverDialogProps) {
  const [volumes, setVolumes] = useState(atHand);
  const choosing = useAct();
  const name = `set ${setId.slice(0, 8)}`;
  const choose = () =>
    choosing.run(async () => {
      const title = `Choose a volume of ${name}`;
      const location = await call('dialog.chooseFolder', { title });
      if (location && !volumes.some((known) => known.handle === location.handle)) {
        setVolumes([...volumes, location]);
      }
    });
  const what = volumes.length === 0 ? name : `${formatNoun(volumes.length, 'volume')} of ${name}`;
  return (
    <RecordDialog
      title={`Hand over ${name}`}
      description="The hand-over goes into the log and into the set's custody log. On the volumes at hand the custody log is written anew, which only the key that signed the set can do."
      label="To whom"
      reasonLabel="Note for the record"
      actLabel={(to) => `Record that ${what} went to ${to}`}
      onConfirm={async ({ value, reason }) => {
        const handles = volumes.map((volume) => volume.handle);
        await call('bundles.handOver', { setId, to: value, reason, volumes: handles });
        onDone?.();
      }}
      onClose={onClose}
    >
      <ul className={styles.lines} aria-label="Volumes at hand">
        {volumes.map(({ handle, label }) => (
          <li key={handle} className={styles.chosen}>
            <PlainText mono text={label} />
            <IconButton
              label={`Leave ${label} as it is`}
              icon={<X size={13} aria-hidden />}
              onClick={() => setVolumes(volumes.filter((volume) => volume.handle !== handle))}
            />
          </li>
        ))}
      </ul>
      <div className={styles.acts}>
        <Button busy={choosing.busy} onClick={() => void choose()}>
          Add a volume at hand…
        </Button>
        {volumes.length === 0 ? <span>Without one, only this site knows of it.</span> : null}
      </div>
      {choosing.failure ? <InlineFailure failure={choosing.failure} /> : null}
    </RecordDialog>
  );
}
