import type { Check } from '#shared/contract/evidence.ts';

/** Why a set cannot be taken in as it is. */
export interface SetObstacle {
  /** A sentence for the person. */
  readonly why: string;
  /** A person may take it in all the same, with a reason: it is older than a set that was accepted before. */
  readonly canAccept: boolean;
}

/**
 * What stands against taking a set in; null when nothing does. Volumes that are not here are no obstacle: the import waits
 * for them.
 */
export function obstacleOf(checks: readonly Check[]): SetObstacle | null {
  const failed = checks.filter((check) => check.status === 'failed' && check.code !== 'SET-INCOMPLETE');
  const [first] = failed;
  if (first === undefined) return null;
  return {
    why: first.detail ?? `${first.code ?? first.id}: see the checks.`,
    canAccept: failed.every((check) => check.code === 'SET-OUTDATED'),
  };
}
