import path from 'node:path';
import type { SetInspection } from '#shared/contract/transfers.ts';
import { planIntake } from '#engine/bundle/intake.ts';
import { openSet } from '#engine/bundle/open-set.ts';
import { refuseFailed } from '#engine/bundle/refuse.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { CallHandlers, EngineContext } from '../context.ts';
import { BundleCreateParams, runBundleCreate } from './bundle-create-job.ts';
import { BundleImportParams, runBundleImport } from './bundle-import-job.ts';
import { findRelease } from './find-release.ts';
import { openSetFolders } from './set-folders.ts';

type Names = 'bundles.create' | 'bundles.inspect' | 'bundles.import' | 'transfers.list';

/** Transfer sets: out, looked at, in. */
export function bundleCalls(context: EngineContext): CallHandlers<Names> {
  const { registry, jobs, locations, session } = context;
  jobs.define('bundle-create', {
    onCancel: 'What was written of the set is removed from the media.',
    resumable: true,
    run: (job, params) => runBundleCreate(context, job, BundleCreateParams.parse(params)),
  });
  jobs.define('bundle-import', {
    onCancel: 'What was verified stays in quarantine; importing the set again goes on from there.',
    resumable: true,
    run: (job, params) => runBundleImport(context, job, BundleImportParams.parse(params)),
  });
  return {
    'bundles.create': ({ releases, target, volumeBytes, maxFileBytes, since }) => {
      session.signer();
      for (const { model, version } of releases) findRelease(registry, model, version);
      const params: BundleCreateParams = {
        releases: [...new Map(releases.map((ref) => [`${ref.model}@${ref.version}`, ref])).values()],
        target: locations.resolve(target),
        volumeBytes: volumeBytes ?? null,
        maxFileBytes: maxFileBytes ?? null,
        since: since === undefined ? null : locations.resolve(since),
      };
      const names = params.releases.map(({ model, version }) => `${model} ${version}`).join(', ');
      return jobs.start('bundle-create', { title: `writing a transfer set of ${names}`, params });
    },

    'bundles.inspect': async ({ sources }) =>
      inspect(
        context,
        sources.map((source) => locations.resolve(source)),
      ),

    'bundles.import': ({ sources }) => {
      const places = sources.map((source) => locations.resolve(source));
      const title = `importing the transfer set on ${places.map((place) => path.basename(place)).join(', ')}`;
      return jobs.start('bundle-import', { title, params: { sources: places } });
    },

    'transfers.list': () => registry.transfers.list(),
  };
}

/** The signed control file and what stands against taking the set in; payload stays unread. */
async function inspect(context: EngineContext, places: readonly string[]): Promise<SetInspection> {
  const folders = await openSetFolders(context, places);
  const opened = await openSet(folders, {
    anchors: context.registry.anchors.list(),
    at: context.clock.now(),
  });
  const { set, signature, signer, checks, presence, volumes } = opened;
  if (set === null) {
    refuseFailed(checks, 'Nothing was read but the control files.');
    throw new AppError('FORMAT-INVALID', 'The control file of the set cannot be read.');
  }
  const intake = await planIntake(set, context);
  return {
    setId: set.setId,
    origin: set.origin,
    sequence: set.sequence,
    createdAt: set.createdAt,
    signature,
    signer,
    releases: set.releases.map(({ blobs: _blobs, ...release }) => release),
    volumesPresent: [...new Set(volumes.map((volume) => volume.number))],
    volumes: set.volumes,
    deltaOf: set.delta?.receiptId ?? null,
    payloadBytes: set.parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    checks: [...checks, ...presence, ...intake.checks],
  };
}
