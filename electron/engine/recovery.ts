import type { Logger } from '#engine/core/logger.ts';
import type { Registry } from '#engine/registry/registry.ts';
import type { Quarantine } from '#engine/store/quarantine.ts';
import { sweepTemporary } from '#engine/store/durable.ts';
import type { HomePaths } from './home.ts';

/**
 * Clears what a process that ended in the middle left: temporary files, and the quarantine of imports that were decided
 * before their folder was gone. Nothing that a job could go on with, and no blob. The home must be locked by this process.
 */
export async function sweepAfterCrash(
  home: HomePaths,
  registry: Registry,
  quarantine: Quarantine,
  log: Logger,
): Promise<void> {
  for (const name of await sweepTemporary(home.root)) log.info('swept a temporary file', { path: name });
  for (const id of await quarantine.list()) {
    const state = registry.imports.get(id)?.state;
    if (state !== 'published' && state !== 'rejected' && state !== 'failed') continue;
    await quarantine.discard(id);
    log.info('swept the quarantine of a decided import', { import: id, state });
  }
}
