import type { Check } from '#shared/contract/evidence.ts';
import type { SetInspection } from '#shared/contract/transfers.ts';

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

/**
 * The checks of a set as a person is to read them while its import would wait, or does: what lies on a volume that is not here
 * has not been checked, and nothing has failed.
 */
export function withAwaited(checks: readonly Check[]): Check[] {
  return checks.map((check) => {
    if (check.status !== 'failed' || check.code !== 'SET-INCOMPLETE') return check;
    const { code: _code, ...rest } = check;
    return { ...rest, status: 'not-checked' };
  });
}

/** Volumes of a set that do not lie at the places that were named, in order. */
export function missingVolumes({
  volumes,
  volumesPresent,
}: Pick<SetInspection, 'volumes' | 'volumesPresent'>): number[] {
  return Array.from({ length: volumes }, (_, index) => index + 1).filter(
    (number) => !volumesPresent.includes(number),
  );
}

/** Numbers in ascending order with runs joined: `1 to 3, 5`. */
export function listNumbers(numbers: readonly number[]): string {
  const runs: { first: number; last: number }[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && number === run.last + 1) run.last = number;
    else runs.push({ first: number, last: number });
  }
  return runs
    .map(({ first, last }) =>
      first === last ? `${first}` : last === first + 1 ? `${first}, ${last}` : `${first} to ${last}`,
    )
    .join(', ');
}
