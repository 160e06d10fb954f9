import { z } from 'zod';
import { JobStarted, LocationHandle, Timestamp } from '../basics.ts';

/** Checks in place, without taking anything in. */
export const verifyCalls = {
  /** A folder, a file, or the volumes of one transfer set, checked in place. */
  'verify.start': {
    input: z.object({
      sources: z.array(LocationHandle).min(1).max(999),
      signature: LocationHandle.optional(),
      /** Key files to accept beside the site's anchors. */
      anchors: z.array(LocationHandle).max(100).default([]),
      /** Whose keyless signature it has to be, and who has to have confirmed the identity. */
      identity: z
        .object({ identity: z.string().min(1).max(500), issuer: z.string().min(1).max(500) })
        .optional(),
      at: Timestamp.optional(),
      ignore: z.array(z.string()).max(1000).default([]),
    }),
    output: JobStarted,
  },
} as const;
