import type { Policy, PolicyDocument, PolicyPreview } from '#shared/contract/policy.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { ConfirmDialog } from '#renderer/components/confirm-dialog.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { call } from '#renderer/lib/bridge.ts';
import { PolicyEffect } from './policy-effect.tsx';
import { endRequest, setDraft } from './trust-store.ts';
import styles from './policy.module.css';

export interface SavePolicyDialogProps {
  policy: Policy;
  document: PolicyDocument;
  changes: readonly string[];
  preview: PolicyPreview | undefined;
}

/** Asks why before the policy changes, and repeats what changes and what it does. */
export function SavePolicyDialog({ policy, document, changes, preview }: SavePolicyDialogProps) {
  const next = policy.version + 1;
  return (
    <ConfirmDialog
      open
      title={`Change the policy to version ${next}`}
      consequence={
        <>
          <ul className={styles.changes}>
            {changes.map((change) => (
              <li key={change}>
                <PlainText text={change} />
              </li>
            ))}
          </ul>
          <p>
            <PolicyEffect preview={preview} /> Releases that are published stay published. What waits in
            quarantine is judged by it from then on.
          </p>
        </>
      }
      actLabel={`Change the policy: ${formatNoun(changes.length, 'change')}, version ${next}`}
      reason="required"
      onConfirm={async ({ reason }) => {
        await call('policy.set', { document, reason, basedOn: policy.version });
        setDraft(null);
      }}
      onClose={endRequest}
    />
  );
}
