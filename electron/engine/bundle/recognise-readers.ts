import type { RecognisedSet } from '#shared/contract/transfers.ts';
import type { z } from 'zod';
import { MAX_ENVELOPE_BYTES } from '#engine/trust/dsse.ts';
import { receiptDocument } from './receipt.ts';
import { openSetDocument } from './set-document.ts';
import { openDocument } from './signed-document.ts';
import { parseVolumeFile } from './volume-file.ts';

/** What a control file says it is, unverified; null when it is none, or its volume cannot be told. */
function readSet(control: Uint8Array, volume: Uint8Array | null): z.infer<typeof RecognisedSet> | null {
  const set = openSetDocument(control).content;
  const label = volume === null ? null : parseVolumeFile(volume);
  if (set === null || label?.setId !== set.setId) return null;
  return {
    setId: set.setId,
    origin: set.origin,
    sequence: set.sequence,
    createdAt: set.createdAt,
    volume: label.volume,
    volumes: set.volumes,
    releases: set.releases.map(({ model, version }) => ({ model, version })),
    isDelta: set.delta !== null,
  };
}

/** For the media room, which shows what lies where and knows nothing of these formats. */
export const controlReaders = {
  set: readSet,
  receipt: (bytes: Uint8Array) => openDocument(bytes, receiptDocument).content,
  controlLimitBytes: MAX_ENVELOPE_BYTES,
};
