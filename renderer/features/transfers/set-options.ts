import { z } from 'zod';
import type { CallInput } from '#shared/contract/calls.ts';

/** Largest file FAT32 holds: 4 GiB less one byte. */
export const FAT32_FILE_BYTES = 4 * 1024 ** 3 - 1;
/** Smallest volume the contract takes. */
const smallestVolumeGigabytes = 0.001;

/** What a person fills in about sizes; sizes as typed, in decimal gigabytes. */
export const setOptions = z
  .object({
    split: z.boolean(),
    volumeGigabytes: z.string(),
    largestFile: z.enum(['target', 'fat32']),
  })
  .superRefine(({ split, volumeGigabytes }, context) => {
    if (!split) return;
    const size = Number(volumeGigabytes.replace(',', '.'));
    if (!Number.isFinite(size) || size < smallestVolumeGigabytes) {
      context.addIssue({
        code: 'custom',
        path: ['volumeGigabytes'],
        message: 'A size in GB, at least 0.001.',
      });
    }
  });
export type SetOptions = z.infer<typeof setOptions>;

/** The limits as the call takes them, in bytes. */
export function limitsOf(
  options: SetOptions,
): Pick<CallInput<'bundles.create'>, 'volumeBytes' | 'maxFileBytes'> {
  const gigabytes = Number(options.volumeGigabytes.replace(',', '.'));
  return {
    ...(options.split ? { volumeBytes: Math.round(gigabytes * 1e9) } : {}),
    ...(options.largestFile === 'fat32' ? { maxFileBytes: FAT32_FILE_BYTES } : {}),
  };
}

/**
 * How many volumes it will take at least; control files and what cannot be split evenly may add one. Null while the size
 * of a volume makes no sense.
 */
export function estimateVolumes(totalBytes: number, volumeBytes: number | undefined): number | null {
  if (volumeBytes === undefined) return 1;
  if (!(volumeBytes > 0)) return null;
  return Math.max(1, Math.ceil(totalBytes / volumeBytes));
}
