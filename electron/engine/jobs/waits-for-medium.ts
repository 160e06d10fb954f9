import type { JobNeed } from '#shared/contract/jobs.ts';

/**
 * Thrown by a job's code that cannot go on without a medium. The job becomes `waiting` and holds nothing; `resume` runs
 * its code again, from its checkpoint, with the place that a person named.
 */
export class WaitsForMedium extends Error {
  override readonly name = 'WaitsForMedium';
  readonly need: JobNeed;

  constructor(need: JobNeed) {
    super(need.sentence);
    this.need = need;
  }
}
