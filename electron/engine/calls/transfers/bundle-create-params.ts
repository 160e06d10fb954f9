import { z } from 'zod';
import { ReleaseRef } from '#shared/contract/basics.ts';
import { SetPlaces } from './set-places.ts';

/** What a set is to be made of and where it goes; kept with the job. */
export const BundleCreateParams = z.object({
  releases: z.array(ReleaseRef),
  /** Files of the receipt and of the re-request. */
  since: z.string().nullable(),
  request: z.string().nullable(),
  places: SetPlaces,
  /** Wait for another medium when one fails, instead of failing. */
  wait: z.boolean(),
  /** Places that a person offered while the job waited. */
  offered: z.array(z.string()),
});
export type BundleCreateParams = z.infer<typeof BundleCreateParams>;
