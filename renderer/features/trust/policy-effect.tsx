import type { PolicyPreview } from '#shared/contract/policy.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { verdictOfScan } from '#renderer/components/finding-groups.ts';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { verdictChanges } from './policy-draft.ts';
import styles from './policy.module.css';

/** At most this many releases are named; the rest is counted. */
const namedLimit = 6;

/** What a draft would say to the releases held, in a sentence. */
export function PolicyEffect({ preview }: { preview: PolicyPreview | undefined }) {
  if (!preview) return 'Working out what it would do.';
  const changed = verdictChanges(preview);
  if (changed.length === 0) {
    return preview.releases.length === 0
      ? 'No release is held that it could be tried on.'
      : `Nothing would change for the ${formatNoun(preview.releases.length, 'release')} held.`;
  }
  return (
    <>
      {formatNoun(changed.length, 'release')} of {preview.releases.length} held would be judged otherwise:{' '}
      {changed.slice(0, namedLimit).map(({ name, now, then }) => (
        <span key={name} className={styles.verdictChange}>
          <PlainText text={name} /> {now ?? 'not scanned'} →{' '}
          <VerdictMark verdict={verdictOfScan(then)} label={then ?? 'not scanned'} />
        </span>
      ))}
      {changed.length > namedLimit ? ` and ${changed.length - namedLimit} more` : ''}
    </>
  );
}
