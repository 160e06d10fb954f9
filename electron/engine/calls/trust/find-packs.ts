import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { CallOutput } from '#shared/contract/calls.ts';
import type { FoundVolume } from '#engine/media/found-volume.ts';
import { openPack } from '#engine/trust/pack/open-pack.ts';
import { MAX_PACK_BYTES } from '#engine/trust/pack/trust-pack.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { readSmallFile } from './anchor-files.ts';
import { summarizePack } from './pack-plan.ts';

/** As `trust pack create` names them, whatever the authority is called. */
const PACK_NAME = /trust-pack.*\.dsse\.json$/;
/** A drive with more files of such names is not searched to its end. */
const MOST_A_VOLUME = 32;

/** Trust packs that lie at the top of the volumes. A drive that cannot be read has none; choosing the file says why. */
export function findPackCalls(context: EngineContext): CallHandlers<'trust.pack.find'> {
  return {
    'trust.pack.find': async () => {
      const found = [];
      for (const volume of await context.volumes.list()) found.push(...(await packsOn(context, volume)));
      return found;
    },
  };
}

async function packsOn(
  { locations }: EngineContext,
  { mountPath, label, device }: FoundVolume,
): Promise<CallOutput<'trust.pack.find'>> {
  if (mountPath === null) return [];
  const entries = await readdir(mountPath, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isFile() && PACK_NAME.test(entry.name));
  const found = [];
  for (const { name } of names.slice(0, MOST_A_VOLUME)) {
    const file = path.join(mountPath, name);
    const bytes = await readSmallFile(file, MAX_PACK_BYTES).catch(() => null);
    const content = bytes === null ? null : openPack(bytes, null).content;
    if (content === null) continue;
    const source = locations.issue(file, name);
    found.push({ source, volume: label === '' ? device : label, pack: summarizePack(content) });
  }
  return found;
}
