import type { Volume } from '#shared/contract/transfers.ts';

/** A volume as the system names it. `mountPath` is for the engine only; a window gets an opaque handle in its place. */
export interface FoundVolume extends Omit<Volume, 'location'> {
  /** Absolute; null while it is not mounted or is blocked. */
  readonly mountPath: string | null;
}
