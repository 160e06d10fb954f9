import { z } from 'zod';
import { parseStrictJson } from '#engine/core/strict-json.ts';
import { MAX_VOLUMES } from './set-statement.ts';

export const VOLUME_LIMIT_BYTES = 4096;

const VolumeLabel = z.strictObject({
  setId: z.string().regex(/^[0-9a-f]{32}$/),
  volume: z.number().int().min(1).max(MAX_VOLUMES),
  volumes: z.number().int().min(1).max(MAX_VOLUMES),
});
/** Which volume of which set a folder says it is. */
export type VolumeLabel = z.infer<typeof VolumeLabel>;

/** Reads volume.json; null when it is anything else. */
export function parseVolumeFile(bytes: Uint8Array): VolumeLabel | null {
  try {
    const json = parseStrictJson(bytes, { maxBytes: VOLUME_LIMIT_BYTES, maxDepth: 2 });
    return VolumeLabel.safeParse(json).data ?? null;
  } catch {
    return null;
  }
}
