import type { Anchor } from '#shared/contract/trust.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { ConfirmDialog } from '#renderer/components/confirm-dialog.tsx';
import { Fingerprint } from '#renderer/components/digest-text.tsx';
import { call } from '#renderer/lib/bridge.ts';
import { endRequest } from './trust-store.ts';

interface AnchorActDialogProps {
  anchor: Anchor;
  act: 'revoke-anchor' | 'remove-anchor';
}

/** Asks for a reason before an anchor is revoked or removed, and says how the two differ. */
export function AnchorActDialog({ anchor, act }: AnchorActDialogProps) {
  const owner = toVisibleText(anchor.owner);
  const models = anchor.models.join(', ');
  const isRevoking = act === 'revoke-anchor';
  return (
    <ConfirmDialog
      open
      title={isRevoking ? `Revoke the key of ${owner}` : `Remove the key of ${owner}`}
      consequence={
        <>
          <Fingerprint fingerprint={anchor.fingerprint} bare />
          <p>
            {isRevoking
              ? `Signatures by this key are refused as revoked from now on, for ${models}. This cannot be taken back.`
              : `Signatures by this key count as those of an unknown key from now on, for ${models}. It can be added again.`}{' '}
            Releases that were published stay as they are.
          </p>
        </>
      }
      actLabel={isRevoking ? `Revoke the key for ${models} for ever` : `Remove the key for ${models}`}
      danger
      reason="required"
      onConfirm={({ reason }) =>
        call(isRevoking ? 'anchors.revoke' : 'anchors.remove', { id: anchor.id, reason })
      }
      onClose={endRequest}
    />
  );
}
