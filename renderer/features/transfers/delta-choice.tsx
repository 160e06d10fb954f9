import { X } from 'lucide-react';
import { formatNoun } from '#shared/format/bytes.ts';
import { Button, IconButton } from '#renderer/components/button.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { TimeText } from '#renderer/components/time-text.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { useCall } from '#renderer/lib/query.ts';
import { SignatureMark } from './signature-mark.tsx';
import { changeDraft, useTransfers } from './transfers-store.ts';
import styles from './transfers.module.css';

/** Makes the set a delta: what the receipt says the other site holds need not travel. */
export function DeltaChoice() {
  const since = useTransfers((state) => state.draft.since);
  const receipt = useCall('receipts.inspect', since === null ? null : { source: since.handle });
  const act = useAct();
  const choose = () =>
    act.run(async () => {
      const location = await call('dialog.chooseFile', { title: 'Choose the receipt of the other site' });
      if (!location) return;
      await call('receipts.inspect', { source: location.handle });
      changeDraft({ since: location });
    });
  return (
    <>
      <div className={styles.acts}>
        <Button busy={act.busy} onClick={() => void choose()}>
          Leave out what a receipt lists…
        </Button>
        {since === null ? (
          <span>Without a receipt the set is complete.</span>
        ) : (
          <Loaded query={receipt} label="Reading the receipt">
            {({ site, createdAt, blobCount, signature, signer }) => (
              <>
                <span>
                  receipt of <PlainText text={site} />, <TimeText at={createdAt} />,{' '}
                  {formatNoun(blobCount, 'blob')}
                </span>
                <SignatureMark signature={signature} signer={signer} />
                <IconButton
                  label="Write a complete set instead"
                  icon={<X size={13} aria-hidden />}
                  onClick={() => changeDraft({ since: null })}
                />
              </>
            )}
          </Loaded>
        )}
      </div>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </>
  );
}
