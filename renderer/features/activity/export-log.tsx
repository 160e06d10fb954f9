import { useState } from 'react';
import { formatNoun } from '#shared/format/bytes.ts';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';

interface Exported {
  readonly folder: string;
  readonly file: string;
  readonly entries: number;
}

/** Writes the whole log into a folder that the person chooses, so that it can be checked without this database. */
export function ExportLog() {
  const act = useAct();
  const [exported, setExported] = useState<Exported | null>(null);
  const close = () => {
    setExported(null);
    act.clear();
  };
  const run = () =>
    act.run(async () => {
      const folder = await call('dialog.chooseFolder', { title: 'Where to write the audit log' });
      if (folder === null) return;
      setExported({ folder: folder.label, ...(await call('audit.export', { target: folder.handle })) });
    });
  return (
    <>
      <Button busy={act.busy} onClick={() => void run()}>
        Export…
      </Button>
      <Dialog
        open={exported !== null || act.failure !== null}
        title={exported === null ? 'The log was not exported' : 'The log was exported'}
        onClose={close}
        actions={<Button onClick={close}>Close</Button>}
      >
        {exported === null ? null : (
          <p>
            {formatNoun(exported.entries, 'entry', 'entries')} in <PlainText mono text={exported.file} />,
            folder <PlainText text={exported.folder} />. The file can be checked without this database.
          </p>
        )}
        {act.failure ? <InlineFailure failure={act.failure} onRetry={() => void run()} /> : null}
      </Dialog>
    </>
  );
}
