import { useEffect } from 'react';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { useCall } from '#renderer/lib/query.ts';
import { glimpseLines } from './glimpse-words.ts';
import { forgetSets, noteSets, useIntake } from './intake-store.ts';
import styles from './source-list.module.css';

/** What was recognised at a place, a line for each set and model, and what of a set lies on other places that are listed. */
export function Glimpse({ handle }: { handle: string }) {
  const { value, failure } = useCall('media.recognise', { source: handle }, ['media']);
  const setsAt = useIntake((state) => state.setsAt);
  useEffect(() => {
    if (value) noteSets(handle, value.sets);
    return () => forgetSets(handle);
  }, [handle, value]);
  if (failure) return <VerdictMark verdict="failed" label={failure.code} />;
  if (!value) return <span className={styles.quiet}>looking…</span>;
  return (
    <>
      {glimpseLines(value, Object.values(setsAt).flat()).map(({ what, facts }) => (
        <span key={what} className={styles.glimpse}>
          <span className={styles.what} title={what}>
            <PlainText text={what} />
          </span>
          <span className={styles.quiet}>{facts}</span>
        </span>
      ))}
    </>
  );
}
