import { useState } from 'react';
import type { Anchor, AnchorCandidate } from '#shared/contract/trust.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { Fingerprint } from '#renderer/components/digest-text.tsx';
import { FingerprintChoice } from '#renderer/components/fingerprint-choice.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { endRequest, useTrust } from './trust-store.ts';
import styles from './trust.module.css';

/** Confirms an anchor anew, once it was asked for. */
export function RefreshAnchorDialog({ anchors }: { anchors: readonly Anchor[] }) {
  const request = useTrust((state) => state.request);
  const anchor = request?.kind === 'refresh-anchor' ? anchors.find(({ id }) => id === request.id) : undefined;
  return anchor === undefined ? null : <OpenDialog key={anchor.id} anchor={anchor} />;
}

/** The same key from a new file, its fingerprint compared again with the owner. */
function OpenDialog({ anchor }: { anchor: Anchor }) {
  const reading = useAct();
  const refreshing = useAct();
  const [found, setFound] = useState<{ handle: string; candidates: AnchorCandidate[] } | null>(null);
  const [fingerprint, setFingerprint] = useState('');
  const [assured, setAssured] = useState(false);
  const choose = () =>
    reading.run(async () => {
      const source = await call('dialog.chooseFile', { title: 'Choose the key file' });
      if (source === null) return;
      setFound(null);
      setFingerprint('');
      setAssured(false);
      const candidates = await call('anchors.inspect', { source: source.handle });
      setFound({ handle: source.handle, candidates });
    });
  const refresh = async () => {
    if (found === null) return;
    const input = { id: anchor.id, source: found.handle, fingerprint };
    if (await refreshing.run(() => call('anchors.refresh', input))) endRequest();
  };
  return (
    <Dialog
      open
      wide
      title={`Refresh the anchor of ${toVisibleText(anchor.owner)}`}
      description="A file with the same key is compared with the anchor, and its age starts anew. Another key is refused."
      onClose={endRequest}
      locked={refreshing.busy}
      actions={
        <>
          <Button onClick={endRequest}>Cancel</Button>
          <Button
            variant="primary"
            busy={refreshing.busy}
            disabledReason={
              found !== null && fingerprint !== '' && assured
                ? null
                : 'Choose the file and confirm that you compared the fingerprint.'
            }
            onClick={() => void refresh()}
          >
            Confirm this key anew
          </Button>
        </>
      }
    >
      <Fingerprint fingerprint={anchor.fingerprint} bare />
      <div className={styles.line}>
        <Button busy={reading.busy} onClick={() => void choose()}>
          Choose the key file…
        </Button>
      </div>
      {reading.failure ? <InlineFailure failure={reading.failure} /> : null}
      {found === null ? null : found.candidates.length === 0 ? (
        <p>There is no public key in this file.</p>
      ) : (
        <FingerprintChoice
          label="Keys in the file"
          keys={found.candidates}
          value={fingerprint}
          onChange={setFingerprint}
          assurance="I compared this fingerprint, whole, with what the owner of the key told me."
          assured={assured}
          onAssure={setAssured}
        />
      )}
      {refreshing.failure ? <InlineFailure failure={refreshing.failure} /> : null}
    </Dialog>
  );
}
