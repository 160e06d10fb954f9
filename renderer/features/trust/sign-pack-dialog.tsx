import { useState } from 'react';
import type { Location } from '#shared/contract/basics.ts';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { PackSignatures } from './pack-signatures.tsx';
import { endRequest } from './trust-store.ts';
import styles from './packs.module.css';

/** Adds a signature to a pack that somebody else wrote. */
export function SignPackDialog() {
  const act = useAct();
  const [source, setSource] = useState<Location | null>(null);
  const choose = () =>
    act.run(async () => {
      const chosen = await call('dialog.chooseFile', { title: 'Choose the trust pack' });
      if (chosen !== null) setSource(chosen);
    });
  return (
    <Dialog
      open
      wide
      title="Sign a trust pack"
      description="The signature is added to the file itself. Only holders of root keys, here or in the pack, have anything to sign."
      onClose={endRequest}
      actions={<Button onClick={endRequest}>Close</Button>}
    >
      <div className={styles.line}>
        <Button busy={act.busy} onClick={() => void choose()}>
          {source === null ? 'Choose the file…' : 'Choose another file…'}
        </Button>
      </div>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
      {source === null ? null : <PackSignatures key={source.handle} source={source} />}
    </Dialog>
  );
}
