import type { ServerOutcome } from '#shared/contract/fleet.ts';
import { formatBytes } from '#shared/format/bytes.ts';
import { formatMilliseconds } from '#shared/format/duration.ts';
import { CheckList } from '#renderer/components/check-list.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import styles from './fleet.module.css';

/** How a job ended on each server; a server that failed stands open with every check. */
export function OutcomeList({ outcomes }: { outcomes: readonly ServerOutcome[] }) {
  if (outcomes.length === 0) return null;
  return (
    <div className={styles.outcomes}>
      {outcomes.map((outcome) => (
        <details key={outcome.server} className={styles.outcome} open={!outcome.ok}>
          <summary>
            <span className={styles.server}>{outcome.server}</span>
            <VerdictMark
              verdict={outcome.ok ? 'verified' : 'failed'}
              label={outcome.ok ? 'done' : 'failed'}
            />
            <span className={styles.quiet}>{describe(outcome)}</span>
          </summary>
          <div>
            <CheckList checks={outcome.checks} label={`Checks on ${outcome.server}`} />
          </div>
        </details>
      ))}
    </div>
  );
}

function describe(outcome: ServerOutcome): string {
  const { bytesSent, bytesAlreadyThere, serverHashMs, live } = outcome;
  return [
    bytesSent + bytesAlreadyThere === 0
      ? 'nothing sent'
      : `${formatBytes(bytesSent)} sent, ${formatBytes(bytesAlreadyThere)} already there`,
    `server hashed for ${formatMilliseconds(serverHashMs)}`,
    live === null ? '' : `live: ${live.version}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
