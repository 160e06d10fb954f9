import path from 'node:path';
import { digestOf } from '#engine/core/digest.ts';
import { refuseWithoutRoom } from '#engine/media/target-room.ts';
import { writeFileDurably } from '#engine/store/durable.ts';
import type { EngineContext, GovernedAct } from '../../context.ts';
import { newFileIn } from '../new-file.ts';

/**
 * Writes a signed document where a person wants it, under its own name when that is a folder, and puts on record that it was
 * written. Throws ALREADY-EXISTS, NOT-FOUND, DISK-FULL.
 */
export async function writeDocumentFile(
  context: EngineContext,
  { place, name, bytes }: { readonly place: string; readonly name: string; readonly bytes: Uint8Array },
  act: Omit<GovernedAct, 'subjects'>,
): Promise<void> {
  const file = await newFileIn(place, name);
  await refuseWithoutRoom([{ folder: path.dirname(file), fileSizes: [bytes.length], folders: 0 }]);
  await writeFileDurably(file, bytes, { mode: 0o644 });
  const subjects = [{ name: path.basename(file), digest: digestOf(bytes) }];
  context.govern({ ...act, subjects }, () => {});
}
