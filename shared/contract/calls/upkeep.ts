import { z } from 'zod';
import { JobStarted, ReleaseRef } from '../basics.ts';
import { GcReport } from '../system.ts';

/** Calls about what the store holds: is it as it was, and is it needed. */
export const upkeepCalls = {
  'fixity.start': { input: z.object({ release: ReleaseRef.optional() }), output: JobStarted },
  'gc.run': { input: z.object({ dryRun: z.boolean() }), output: GcReport },
} as const;
