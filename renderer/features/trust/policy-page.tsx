import { useMemo } from 'react';
import type { Policy, PolicyDocument, PolicyPreview } from '#shared/contract/policy.ts';
import type { ScanRule } from '#shared/contract/scan.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { Button } from '#renderer/components/button.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { TimeText } from '#renderer/components/time-text.tsx';
import { useCall } from '#renderer/lib/query.ts';
import { listChanges } from './policy-draft.ts';
import { PolicyConditions } from './policy-conditions.tsx';
import { PolicyEffect } from './policy-effect.tsx';
import { PolicyHistory } from './policy-history.tsx';
import { PolicyRules } from './policy-rules.tsx';
import { SavePolicyDialog } from './save-policy-dialog.tsx';
import { ask, setDraft, useTrust } from './trust-store.ts';
import styles from './policy.module.css';

/** What this site lets in: what each rule comes to, and what it would do to the releases held. */
export function PolicyPage() {
  const policy = useCall('policy.get', {}, ['policy']);
  const rules = useCall('scan.rules', {});
  return (
    <Loaded query={policy} label="Reading the policy">
      {(now) => (
        <Loaded query={rules} label="Reading the rules">
          {(known) => <Editor key={now.version} policy={now} rules={known} />}
        </Loaded>
      )}
    </Loaded>
  );
}

/** Every change goes into a draft, and what it would do is shown before anybody saves it. */
function Editor({ policy, rules }: { policy: Policy; rules: readonly ScanRule[] }) {
  const draft = useTrust((state) => state.draft);
  const document = draft?.basedOn === policy.version ? draft.document : policy.document;
  const changes = useMemo(() => listChanges(policy.document, document), [policy.document, document]);
  const isChanged = changes.length > 0;
  const preview = useCall('policy.preview', isChanged ? { document } : {}, ['policy', 'releases', 'waivers']);
  const change = (next: PolicyDocument) => setDraft({ basedOn: policy.version, document: next });
  const isSaving = useTrust((state) => state.request?.kind === 'save-policy');
  return (
    <div className={styles.page}>
      {isChanged ? <DraftBar policy={policy} changes={changes} preview={preview.value} /> : null}
      {preview.failure ? <InlineFailure failure={preview.failure} onRetry={preview.reload} /> : null}
      <p className={styles.facts}>
        <strong>
          {policy.id}, version {policy.version}
        </strong>{' '}
        <DigestText digest={policy.digest} />{' '}
        <span className={styles.quiet}>
          {policy.changedAt === null || policy.changedBy === null ? (
            'the policy that Sallyport comes with'
          ) : (
            <>
              since <TimeText at={policy.changedAt} />, by <PlainText text={policy.changedBy} />
            </>
          )}
        </span>
      </p>
      <PolicyConditions document={document} onChange={change} />
      <PolicyRules rules={rules} document={document} preview={preview.value} onChange={change} />
      <PolicyHistory />
      {isSaving && isChanged ? (
        <SavePolicyDialog policy={policy} document={document} changes={changes} preview={preview.value} />
      ) : null}
    </div>
  );
}

interface DraftBarProps {
  policy: Policy;
  changes: readonly string[];
  preview: PolicyPreview | undefined;
}

function DraftBar({ policy, changes, preview }: DraftBarProps) {
  return (
    <section className={styles.draft} aria-label="Changes not saved">
      <div className={styles.draftText}>
        <p role="status">
          {formatNoun(changes.length, 'change')} not saved. <PolicyEffect preview={preview} />
        </p>
        <ul className={styles.changes}>
          {changes.map((change) => (
            <li key={change}>
              <PlainText text={change} />
            </li>
          ))}
        </ul>
      </div>
      <div className={styles.draftActs}>
        <Button onClick={() => setDraft(null)}>Discard</Button>
        <Button variant="primary" onClick={() => ask({ kind: 'save-policy' })}>
          Save as version {policy.version + 1}…
        </Button>
      </div>
    </section>
  );
}
