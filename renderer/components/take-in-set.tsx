import { useState } from 'react';
import type { SetInspection } from '#shared/contract/transfers.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { fetchJob } from '#renderer/lib/jobs.ts';
import { obstacleOf } from '#renderer/lib/set-checks.ts';
import { Button } from './button.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { InlineFailure } from './inline-failure.tsx';
import styles from './take-in-set.module.css';

export interface TakeInSetProps {
  /** Handles of the places where its volumes lie. */
  sources: readonly string[];
  set: SetInspection;
  /** The import has begun. */
  onStarted: (jobId: string) => void;
}

/** Starts the import of a set into quarantine; says why not, as long as something stands against it. */
export function TakeInSet({ sources, set, onStarted }: TakeInSetProps) {
  const act = useAct();
  const [isAsking, setAsking] = useState(false);
  const obstacle = obstacleOf(set.checks);
  const what = formatNoun(set.releases.length, 'release');
  const start = async (acceptOlder?: { reason: string }) => {
    const { jobId } = await call('bundles.import', {
      sources: [...sources],
      wait: true,
      ...(acceptOlder ? { acceptOlder } : {}),
    });
    onStarted(jobId);
    await fetchJob(jobId);
  };
  return (
    <>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
      <div className={styles.acts}>
        <Button
          variant="primary"
          busy={act.busy}
          disabledReason={obstacle?.why}
          onClick={() => void act.run(() => start())}
        >
          Bring {what} into quarantine
        </Button>
        {obstacle?.canAccept ? (
          <Button variant="danger" onClick={() => setAsking(true)}>
            Take the older set {set.sequence} all the same…
          </Button>
        ) : null}
        <p>{obstacle?.why ?? describeReading(set)}</p>
      </div>
      <ConfirmDialog
        open={isAsking}
        title={`Take in set number ${set.sequence} of ${set.origin}`}
        consequence={`${obstacle?.why ?? ''} Somebody may be replaying it. What it brings still waits in quarantine for a decision.`}
        actLabel={`Take ${what} from the older set ${set.sequence} into quarantine`}
        danger
        reason="required"
        onConfirm={({ reason }) => start({ reason })}
        onClose={() => setAsking(false)}
      />
    </>
  );
}

function describeReading({ payloadBytes, volumes, volumesPresent }: SetInspection): string {
  const absent = volumes - volumesPresent.length;
  const wait =
    absent > 0 ? ` The import then waits for the ${formatNoun(absent, 'volume')} not here yet.` : '';
  return `Reads ${formatBytes(payloadBytes)} once.${wait} Nothing becomes a release before somebody publishes it.`;
}
