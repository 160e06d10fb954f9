import { useState } from 'react';
import type { CallOutput } from '#shared/contract/calls.ts';
import type { ExportSubject } from '#shared/contract/evidence-document.ts';
import { formatBytes } from '#shared/format/bytes.ts';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { Button } from './button.tsx';
import { DigestText } from './digest-text.tsx';
import { InlineFailure } from './inline-failure.tsx';
import { PlainText } from './plain-text.tsx';
import styles from './export-evidence.module.css';

export interface ExportEvidenceProps {
  of: ExportSubject;
  /** `model@version`, or the beginning of a set's id; the file is named after it. */
  name: string;
}

/** Two buttons that write the evidence where a dialog says: as JSON that can be checked elsewhere, and printed for people. */
export function ExportEvidence({ of, name }: ExportEvidenceProps) {
  const act = useAct();
  const [written, setWritten] = useState<CallOutput<'evidence.export'> | null>(null);
  const write = (kind: 'json' | 'pdf') =>
    act.run(async () => {
      setWritten(null);
      const target = await call('dialog.saveFile', {
        title: `Export the evidence of ${name}`,
        name: `sallyport-evidence-${name}.${kind}`,
      });
      if (target === null) return;
      setWritten(
        kind === 'json'
          ? await call('evidence.export', { of, target: target.handle, replace: true })
          : await call('evidence.print', { of, target: target.handle }),
      );
    });
  return (
    <div className={styles.export}>
      <div className={styles.acts}>
        <Button busy={act.busy} onClick={() => void write('json')}>
          Export as JSON…
        </Button>
        <Button busy={act.busy} onClick={() => void write('pdf')}>
          Export as PDF…
        </Button>
      </div>
      <p role="status" className={styles.written}>
        {written === null ? null : (
          <>
            Written: <PlainText mono text={written.file} />, {formatBytes(written.sizeBytes)}; the JSON form
            is <DigestText digest={written.digest} />
          </>
        )}
      </p>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </div>
  );
}
