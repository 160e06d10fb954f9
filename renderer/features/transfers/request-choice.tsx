import { X } from 'lucide-react';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
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

/** Makes the set a supplement: only what a receiver asked for again. */
export function RequestChoice() {
  const request = useTransfers((state) => state.draft.request);
  const act = useAct();
  const asked = useCall('bundles.inspectRequest', request === null ? null : { source: request.handle });
  const choose = () =>
    act.run(async () => {
      const location = await call('dialog.chooseFile', { title: 'Choose the re-request of the other site' });
      if (!location) return;
      await call('bundles.inspectRequest', { source: location.handle });
      changeDraft({ request: location });
    });
  if (request === null) {
    return (
      <>
        <div className={styles.acts}>
          <Button busy={act.busy} onClick={() => void choose()}>
            Answer a re-request instead…
          </Button>
          <span>The set then has only the parts that a receiver still needs.</span>
        </div>
        {act.failure ? <InlineFailure failure={act.failure} /> : null}
      </>
    );
  }
  return (
    <Loaded query={asked} label="Reading the re-request">
      {({ site, setId, createdAt, needs, bytes, signature, signer }) => (
        <>
          <div className={styles.acts}>
            <span>
              <PlainText text={site} /> asks for {formatBytes(bytes)} of {formatNoun(needs.length, 'file')} of
              set {setId.slice(0, 8)}, <TimeText at={createdAt} />
            </span>
            <SignatureMark signature={signature} signer={signer} />
            <IconButton
              label="Choose releases instead"
              icon={<X size={13} aria-hidden />}
              onClick={() => changeDraft({ request: null })}
            />
          </div>
          <ul className={styles.lines} aria-label="What is asked for">
            {needs.slice(0, 200).map(({ blob, names, ranges, sizeBytes }) => (
              <li key={blob}>
                <PlainText mono text={names[0] ?? blob} />,{' '}
                {ranges.length === 0
                  ? `all of ${formatBytes(sizeBytes)}`
                  : `${formatNoun(ranges.length, 'stretch', 'stretches')} of ${formatBytes(sizeBytes)}`}
              </li>
            ))}
          </ul>
        </>
      )}
    </Loaded>
  );
}
