import type { IncomingBlob } from '#engine/bundle/incoming-blob.ts';
import { readReceivedRelease, type ReceivedRelease } from '#engine/bundle/received-release.ts';
import type { TransferSet } from '#engine/bundle/set-statement.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import type { EngineContext } from '../../../context.ts';
import type { Arrival } from './arrivals.ts';

/** The manifests, held against what was announced. A set that contradicts itself there fails for good. */
export async function readReleases(
  context: EngineContext,
  set: TransferSet,
  arrivals: readonly Arrival[],
  incoming: readonly IncomingBlob[],
): Promise<ReceivedRelease[]> {
  const releases: ReceivedRelease[] = [];
  for (const { release, importId } of arrivals) {
    const manifest = incoming.find((blob) => blob.digest === release.manifestDigest);
    try {
      if (manifest === undefined)
        throw new AppError('INTERNAL', `The manifest of ${release.model} was not received.`);
      releases.push(await readReceivedRelease(manifest.file, release, set));
    } catch (error) {
      const { code, message } = asAppError(error);
      for (const each of arrivals) {
        context.registry.imports.setState(each.importId, 'failed', `${code}: ${message}`);
        await context.quarantine.discard(each.importId);
      }
      const object = `${release.model}@${release.version}`;
      context.recordRefusal({
        act: 'bundle.import',
        object,
        reason: message,
        details: { code, import: importId },
      });
      context.changed('imports', 'audit');
      throw error;
    }
  }
  return releases;
}
