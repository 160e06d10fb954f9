import { useState } from 'react';
import type { ImportDetail } from '#shared/contract/releases.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { Button, LinkButton } from '#renderer/components/button.tsx';
import { CheckList } from '#renderer/components/check-list.tsx';
import { ConfirmDialog } from '#renderer/components/confirm-dialog.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { describeEvidence } from '#renderer/components/evidence-words.ts';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { call } from '#renderer/lib/bridge.ts';
import { goTo } from '#renderer/lib/navigation.ts';
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
  const { decision, evidence } = detail;
  const { reasons, allowed, needsUnsignedAcceptance } = decision;
  const isPossible = allowed || needsUnsignedAcceptance;
  return (
    <div className={styles.decision}>
      {evidence && allowed ? (
        <p>{describeEvidence(evidence)}. Nobody looked for code in the weight files.</p>
      ) : null}
      {isPossible && !needsUnsignedAcceptance ? null : (
        <p>
          {needsUnsignedAcceptance
            ? 'Nobody signed these bytes. They can be published if somebody takes that upon themselves, with a reason.'
            : 'The evidence does not allow publishing:'}
        </p>
      )}
      {reasons.length > 0 ? <CheckList checks={reasons} label="What stands against publishing" /> : null}
      <div className={styles.acts}>
        <PublishImport detail={detail} />
        <RefuseImport detail={detail} />
      </div>
    </div>
  );
}

function PublishImport({ detail }: { detail: ImportDetail }) {
  const [isAsking, setAsking] = useState(false);
  const { id, model, version, files, sizeBytes, manifestDigest, decision } = detail;
  const { allowed, needsUnsignedAcceptance, reasons } = decision;
  const name = `${model} ${version}`;
  const first = reasons.find((check) => check.status === 'failed') ?? reasons[0];
  const whyNot =
    allowed || needsUnsignedAcceptance
      ? null
      : (first?.detail ?? `The evidence does not allow it: ${first?.code ?? first?.id ?? 'see above'}.`);
  const label = needsUnsignedAcceptance ? `Publish unsigned ${name}` : `Publish ${name}`;
  return (
    <>
      <Button
        variant={needsUnsignedAcceptance ? 'plain' : 'primary'}
        disabledReason={whyNot}
        onClick={() => setAsking(true)}
      >
        {label} as a release…
      </Button>
      <ConfirmDialog
        open={isAsking}
        title={label}
        consequence={
          <>
            {formatNoun(files.length, 'file')}, {formatBytes(sizeBytes)}, become an immutable release. The
            name and version stay bound to this digest for ever:{' '}
            {manifestDigest === null ? null : <DigestText digest={manifestDigest} full />}
          </>
        }
        actLabel={`${label}, ${formatBytes(sizeBytes)}`}
        reason={needsUnsignedAcceptance ? 'required' : undefined}
        reasonLabel="Why unsigned bytes are accepted"
        onConfirm={({ reason }) =>
          call('imports.publish', { id, ...(needsUnsignedAcceptance ? { acceptUnsigned: { reason } } : {}) })
        }
        onClose={() => setAsking(false)}
      />
    </>
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
