import { useState } from 'react';
import type { ImportDetail } from '#shared/contract/releases.ts';
import { formatBytes } from '#shared/format/bytes.ts';
import { Button, LinkButton } from '#renderer/components/button.tsx';
import { CheckList } from '#renderer/components/check-list.tsx';
import { ConfirmDialog } from '#renderer/components/confirm-dialog.tsx';
import { describeEvidence } from '#shared/format/evidence-words.ts';
import { describeScan } from '#renderer/components/finding-groups.ts';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { call } from '#renderer/lib/bridge.ts';
import { goTo } from '#renderer/lib/navigation.ts';
import { PublishImport } from './publish-import.tsx';
import { whatIsAsked } from './publish-words.ts';
import styles from './intake.module.css';

/** Publish or refuse, each naming what follows; why publishing is not possible, where it is not. */
export function Decision({ detail }: { detail: ImportDetail }) {
  const { state, reason, model, version } = detail;
  if (state === 'published') {
    return (
      <p>
        Published.{' '}
        <LinkButton onClick={() => goTo('models', { model, version })}>
          Open {model}@{version}
        </LinkButton>
      </p>
    );
  }
  if (state === 'rejected') {
    return (
      <p>
        Refused{reason === null ? '' : ': '}
        {reason === null ? null : <PlainText text={reason} />}. Its bytes were discarded.
      </p>
    );
  }
  return <OpenDecision detail={detail} />;
}

function OpenDecision({ detail }: { detail: ImportDetail }) {
  const { decision, evidence, scan } = detail;
  const { reasons, allowed } = decision;
  return (
    <div className={styles.decision}>
      {evidence && allowed ? (
        <p>
          {describeEvidence(evidence)}. {scan === null ? 'Not scanned' : `Scan: ${describeScan(scan)}`}.
        </p>
      ) : (
        <p>{whatIsAsked(decision) ?? 'It cannot be published as it is:'}</p>
      )}
      {reasons.length > 0 ? <CheckList checks={reasons} label="What stands against publishing" /> : null}
      <div className={styles.acts}>
        <PublishImport detail={detail} />
        <RefuseImport detail={detail} />
      </div>
    </div>
  );
}

/** Refuses an import: its bytes leave quarantine, the record stays. */
export function RefuseImport({ detail }: { detail: ImportDetail }) {
  const [isAsking, setAsking] = useState(false);
  const { id, model, version, sizeBytes } = detail;
  const name = `${model} ${version}`;
  return (
    <>
      <Button variant="danger" onClick={() => setAsking(true)}>
        Refuse {name}…
      </Button>
      <ConfirmDialog
        open={isAsking}
        title={`Refuse ${name}`}
        consequence={`The copy in quarantine (${formatBytes(sizeBytes)}) is discarded. The medium is left as it is, and the refusal stays in the log.`}
        actLabel={`Refuse ${name} and discard ${formatBytes(sizeBytes)}`}
        danger
        reason="required"
        onConfirm={({ reason }) => call('imports.reject', { id, reason })}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
