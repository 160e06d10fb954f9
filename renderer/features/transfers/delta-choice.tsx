import { X } from 'lucide-react';
import type { Location } from '#shared/contract/basics.ts';
import type { Receipt } from '#shared/contract/transfers.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { Button, IconButton } from '#renderer/components/button.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { TimeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { useSession } from '#renderer/lib/session.ts';
import styles from './transfers.module.css';

/** A receipt that was read, and where it lies. */
export interface ChosenReceipt {
  readonly location: Location;
  readonly receipt: Receipt;
}

export interface DeltaChoiceProps {
  chosen: ChosenReceipt | null;
  onChange: (chosen: ChosenReceipt | null) => void;
}

/** Makes the set a delta: what the receipt says the other site holds need not travel. */
export function DeltaChoice({ chosen, onChange }: DeltaChoiceProps) {
  const act = useAct();
  const choose = () =>
    act.run(async () => {
      const location = await call('dialog.chooseFile', { title: 'Choose the receipt of the other site' });
      if (!location) return;
      onChange({ location, receipt: await call('receipts.inspect', { source: location.handle }) });
    });
  return (
    <>
      <div className={styles.acts}>
        <Button busy={act.busy} onClick={() => void choose()}>
          Leave out what a receipt lists…
        </Button>
        {chosen ? (
          <>
            <span>
              receipt of <PlainText text={chosen.receipt.site} />, <TimeText at={chosen.receipt.createdAt} />,{' '}
              {formatNoun(chosen.receipt.blobCount, 'blob')}
            </span>
            <ReceiptVerdict receipt={chosen.receipt} />
            <IconButton
              label="Write a complete set instead"
              icon={<X size={13} aria-hidden />}
              onClick={() => onChange(null)}
            />
          </>
        ) : (
          <span>Without a receipt the set is complete.</span>
        )}
      </div>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </>
  );
}

/** Who signed a receipt, as far as this site can tell. */
export function ReceiptVerdict({ receipt }: { receipt: Receipt }) {
  const { signature, signer } = receipt;
  const person = useSession().value?.person;
  if (signature === 'invalid') return <VerdictMark verdict="failed" label="signature does not hold" />;
  if (signature === 'absent') return <VerdictMark verdict="not-checked" label="not signed" />;
  if (person && signer?.fingerprint === person.fingerprint) {
    return <VerdictMark verdict="verified" label={`signed with your own key, ${person.name}`} />;
  }
  return signer?.anchor ? (
    <VerdictMark verdict="verified" label={`signed by ${signer.anchor.owner}`} />
  ) : (
    <VerdictMark verdict="failed" label="signed by a key that no anchor knows" />
  );
}
