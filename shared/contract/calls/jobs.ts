import { z } from 'zod';
import { JobId, LocationHandle, nothing } from '../basics.ts';
import { Job } from '../jobs.ts';

/** Calls about long work. */
export const jobCalls = {
  'jobs.list': { input: nothing, output: z.array(Job) },
  'jobs.get': { input: z.object({ id: JobId }), output: Job },
  'jobs.cancel': { input: z.object({ id: JobId }), output: Job },
  /**
   * Goes on with a job that waits, or ended early, from where it came to. A job that waits does so again when what it needs
   * is still not there.
   */
  'jobs.resume': {
    input: z.object({
      id: JobId,
      /**
       * A place that the job has not been given yet: the medium it waits for, or where its source lies now, when a drive came
       * back under another path.
       */
      source: LocationHandle.optional(),
    }),
    output: Job,
  },
} as const;
