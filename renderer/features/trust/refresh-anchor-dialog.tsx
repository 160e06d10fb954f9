import type { Anchor } from '#shared/contract/trust.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { Fingerprint } from '#renderer/components/digest-text.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { KeyFileChoice, keyFileRefusal, useKeyFile } from './key-file-choice.tsx';
import { endRequest } from './trust-store.ts';

/** The same key from a new file, its fingerprint compared again with the owner. */
export function RefreshAnchorDialog({ anchor }: { anchor: Anchor }) {
  const file = useKeyFile();
  const refreshing = useAct();
  const refresh = async () => {
    if (file.found === null) return;
    const { fingerprint } = file;
    const input = { id: anchor.id, source: file.found.source.handle, fingerprint };
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
            disabledReason={keyFileRefusal(file)}
            onClick={() => void refresh()}
          >
            Confirm this key anew
          </Button>
        </>
      }
    >
      <Fingerprint fingerprint={anchor.fingerprint} bare />
      <KeyFileChoice file={file} />
      {refreshing.failure ? <InlineFailure failure={refreshing.failure} /> : null}
    </Dialog>
  );
}
