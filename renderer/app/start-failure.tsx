import type { Failure } from '#shared/contract/errors.ts';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { loadJobs } from '#renderer/lib/jobs.ts';
import styles from './start-failure.module.css';

/** All that is shown while the engine cannot open its home. */
export function StartFailure({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  const retry = () => {
    // The snapshot of the jobs failed as well.
    loadJobs();
    onRetry();
  };
  return (
    <main className={styles.page}>
      <h1>Sallyport cannot work on its home</h1>
      <InlineFailure failure={failure} onRetry={retry} />
    </main>
  );
}
