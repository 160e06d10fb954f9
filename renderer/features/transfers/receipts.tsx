import { useState } from 'react';
import type { Receipt } from '#shared/contract/transfers.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { DigestText, Fingerprint } from '#renderer/components/digest-text.tsx';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { TimeText } from '#renderer/components/time-text.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { SignatureMark } from './signature-mark.tsx';
import styles from './transfers.module.css';

interface Shown {
  readonly receipt: Receipt;
  /** Where it was written; null for one that was only read. */
  readonly writtenTo: string | null;
}

/** Writes a receipt of what this site holds, or reads one of another site. */
export function ReceiptControls() {
  const [shown, setShown] = useState<Shown | null>(null);
  const act = useAct();
  const create = () =>
    act.run(async () => {
      const target = await call('dialog.chooseFolder', { title: 'Choose where the receipt is written' });
      if (!target) return;
      const receipt = await call('receipts.create', { target: target.handle });
      setShown({ receipt, writtenTo: target.label });
    });
  const inspect = () =>
    act.run(async () => {
      const source = await call('dialog.chooseFile', { title: 'Choose a receipt' });
      if (!source) return;
      setShown({ receipt: await call('receipts.inspect', { source: source.handle }), writtenTo: null });
    });
  return (
    <>
      <Button busy={act.busy} onClick={() => void create()}>
        Write receipt…
      </Button>
      <Button busy={act.busy} onClick={() => void inspect()}>
        Read receipt…
      </Button>
      {act.failure ? (
        <Dialog open title="Receipt" onClose={act.clear}>
          <InlineFailure
            failure={act.failure}
            {...(act.failure.code === 'KEY-LOCKED' ? { onRetry: () => void create() } : {})}
          />
        </Dialog>
      ) : null}
      {shown ? <ReceiptDialog shown={shown} onClose={() => setShown(null)} /> : null}
    </>
  );
}

function ReceiptDialog({ shown, onClose }: { shown: Shown; onClose: () => void }) {
  const { receipt, writtenTo } = shown;
  const { site, createdAt, releases, blobCount, sequences, signer } = receipt;
  return (
    <Dialog
      open
      wide
      title={`Receipt of ${site}`}
      description={
        writtenTo === null ? (
          'What that site says it holds.'
        ) : (
          <>
            Written to <PlainText mono text={writtenTo} />. Hand it to the sending site: a delta set leaves
            out what it lists.
          </>
        )
      }
      onClose={onClose}
      actions={<Button onClick={onClose}>Close</Button>}
    >
      <Facts>
        <Fact name="id">
          <PlainText mono text={receipt.id} />
        </Fact>
        <Fact name="written">
          <TimeText at={createdAt} />
        </Fact>
        <Fact name="signature">
          <SignatureMark signature={receipt.signature} signer={receipt.signer} />
        </Fact>
        {signer ? (
          <Fact name="fingerprint">
            <Fingerprint fingerprint={signer.fingerprint} />
          </Fact>
        ) : null}
        <Fact name="holds">
          {formatNoun(releases.length, 'release')}, {formatNoun(blobCount, 'blob')}
        </Fact>
        {sequences.map(({ origin, sequence }) => (
          <Fact key={origin} name="accepted">
            sets of <PlainText text={origin} /> up to number {sequence}
          </Fact>
        ))}
      </Facts>
      <ul className={styles.lines}>
        {releases.map(({ model, version, manifestDigest }) => (
          <li key={`${model} ${version}`} className={styles.volume}>
            <span>
              {model}@{version}
            </span>
            <span />
            <DigestText digest={manifestDigest} />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
