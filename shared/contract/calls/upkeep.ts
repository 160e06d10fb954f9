import { z } from 'zod';
import { Digest, JobStarted, LocationHandle, Reason, ReleaseRef, ServerName } from '../basics.ts';
import { FixitySettings, FixityStatus } from '../fixity.ts';
import { GcReport } from '../system.ts';

/** Calls about what the store holds: is it as it was, and is it needed. */
export const upkeepCalls = {
  /** Re-reads stored blobs and compares them with what was published: a job that goes on where it was after any stop. */
  'fixity.start': {
    input: z.object({
      /** All releases when left out. */
      release: ReleaseRef.optional(),
      /** Only what is due by the settings. */
      due: z.boolean().default(false),
      /** In place of the rate of the settings. */
      bytesPerSecond: FixitySettings.shape.bytesPerSecond.optional(),
    }),
    output: JobStarted,
  },
  'fixity.status': { input: z.object({}), output: FixityStatus },
  /** Holds at once, for checks under way too. */
  'fixity.configure': { input: FixitySettings.extend({ reason: Reason }), output: FixityStatus },
  /**
   * Makes damaged blobs whole again from places (volumes of a set, folders, an OCI layout, a tar) or from a server. Only what is
   * damaged is read there, chunk by chunk, and a blob enters the store when all of it has the right digest.
   */
  'fixity.repair': {
    input: z.object({
      from: z.union([
        z.object({ sources: z.array(LocationHandle).min(1).max(999) }),
        z.object({ server: ServerName }),
      ]),
      /** All that are known to be damaged when left out. */
      blobs: z.array(Digest).min(1).max(10_000).optional(),
    }),
    output: JobStarted,
  },
  'gc.run': { input: z.object({ dryRun: z.boolean() }), output: GcReport },
} as const;
