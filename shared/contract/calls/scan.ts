import { z } from 'zod';
import { JobStarted, LocationHandle, nothing } from '../basics.ts';
import { EvidenceSubject } from '../policy.ts';
import { ScanReport, ScanRule } from '../scan.ts';

/** Calls about the static checks of weight files. */
export const scanCalls = {
  /**
   * Static checks of weight files: of a folder or file in place, which takes nothing in; or again of what is held, which keeps
   * the result. A job of kind `scan`.
   */
  'scan.start': {
    input: z.union([
      z.object({
        source: LocationHandle,
        /** `structure` leaves tensor data out, and then nothing passes. */
        extent: z.enum(['all', 'structure']).default('all'),
      }),
      EvidenceSubject,
    ]),
    output: JobStarted,
  },
  /** The scan of an import or a release, judged by the policy and the waivers of now; null when there was none. */
  'scan.get': { input: z.object({ of: EvidenceSubject }), output: ScanReport.nullable() },
  /** Every rule there is: of the scan, and the conditions of the policy. */
  'scan.rules': { input: nothing, output: z.array(ScanRule) },
} as const;
