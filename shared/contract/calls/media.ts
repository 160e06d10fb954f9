import { z } from 'zod';
import { LocationHandle, nothing, Reason } from '../basics.ts';
import { Medium, MediumDetail, MediumId, Recognised, Volume } from '../transfers.ts';

/** Calls about media: what is plugged in, what lies there, the register. */
export const mediaCalls = {
  'media.volumes': { input: nothing, output: z.array(Volume) },
  /** The register of media that were seen here, newest first. */
  'media.register': { input: nothing, output: z.array(Medium) },
  'media.medium': { input: z.object({ id: MediumId }), output: MediumDetail },
  'media.setOwner': {
    input: z.object({ id: MediumId, owner: z.string().trim().min(1).max(200), reason: Reason }),
    output: MediumDetail,
  },
  'media.handOver': {
    input: z.object({ id: MediumId, to: z.string().trim().min(1).max(200), reason: Reason }),
    output: MediumDetail,
  },
  /** Puts on record that the medium was sanitised, and how (e.g. `blkdiscard`, `shredded`). */
  'media.sanitise': {
    input: z.object({ id: MediumId, method: z.string().trim().min(1).max(200), reason: Reason }),
    output: MediumDetail,
  },
  'media.recognise': { input: z.object({ source: LocationHandle }), output: Recognised },
} as const;
