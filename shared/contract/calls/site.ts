import { z } from 'zod';
import { ModelName, nothing } from '../basics.ts';
import { DoctorReport, SiteInfo, SystemStatus } from '../system.ts';

/** Calls about this site and its machine. */
export const siteCalls = {
  'site.info': { input: nothing, output: SiteInfo },
  'site.rename': { input: z.object({ site: ModelName }), output: SiteInfo },
  'system.status': { input: nothing, output: SystemStatus },
  'system.doctor': { input: nothing, output: DoctorReport },
} as const;
