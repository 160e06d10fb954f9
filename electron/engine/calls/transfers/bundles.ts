import path from 'node:path';
import type { ParsedInput } from '#shared/contract/calls.ts';
import type { SetInspection } from '#shared/contract/transfers.ts';
import { planIntake } from '#engine/bundle/intake.ts';
import { refuseFailed } from '#engine/bundle/refuse.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { runBundleCreate } from './bundle-create-job.ts';
import { BundleCreateParams } from './bundle-create-params.ts';
import { BundleImportParams, leftOfImport, runBundleImport } from './bundle-import-job.ts';
import { planBundle } from './bundle-plan.ts';
import { findRelease } from '../releases/find-release.ts';
import { gatherSet } from './gather-set.ts';
import { handOverSet } from './hand-over.ts';
import { inspectRequest, writeRequest } from './re-requests.ts';
import { placesOf } from './set-places.ts';
import { keyOfWriting, leftOfWriting } from './set-writing/writing-state.ts';

type Names =
  | 'bundles.plan'
  | 'bundles.create'
  | 'bundles.inspect'
  | 'bundles.import'
  | 'bundles.reRequest'
  | 'bundles.inspectRequest'
  | 'bundles.handOver';

/** Transfer sets: planned, out, looked at, in, asked for again, handed over. */
export function bundleCalls(context: EngineContext): CallHandlers<Names> {
  const { jobs, locations } = context;
  jobs.define('bundle-create', {
    onCancel:
      'The volume that is being written is removed; finished ones stay, and resuming goes on after them.',
    resumable: true,
    withSource: (params, place) => {
      const before = BundleCreateParams.parse(params);
      return { ...before, offered: [...before.offered, place] };
    },
    key: keyOfWriting,
    left: (_params, checkpoint) => leftOfWriting(checkpoint),
    run: (job, params) => runBundleCreate(context, job, BundleCreateParams.parse(params)),
  });
  jobs.define('bundle-import', {
    onCancel: 'What was verified stays in quarantine; importing the set again goes on from there.',
    resumable: true,
    withSource: (params, place) => {
      const before = BundleImportParams.parse(params);
      return { ...before, sources: [...before.sources.filter((each) => each !== place), place] };
    },
    left: (_params, checkpoint) => leftOfImport(checkpoint),
    run: (job, params) => runBundleImport(context, job, BundleImportParams.parse(params)),
  });
  return {
    'bundles.plan': (input) => planBundle(context, input),
    'bundles.create': (input) => startCreate(context, input),
    'bundles.inspect': async ({ sources }) =>
      inspect(
        context,
        sources.map((source) => locations.resolve(source)),
      ),
    'bundles.import': ({ sources, wait, acceptOlder }) => {
      const places = sources.map((source) => locations.resolve(source));
      const title = `importing the transfer set on ${places.map((place) => path.basename(place)).join(', ')}`;
      const params: BundleImportParams = { sources: places, wait, acceptOlder: acceptOlder?.reason ?? null };
      return jobs.start('bundle-import', { title, params });
    },
    'bundles.reRequest': (input) => writeRequest(context, input),
    'bundles.inspectRequest': ({ source }) => inspectRequest(context, locations.resolve(source)),
    'bundles.handOver': (input) => handOverSet(context, input),
  };
}

function startCreate(context: EngineContext, input: ParsedInput<'bundles.create'>): { jobId: string } {
  const { registry, locations, session, jobs } = context;
  session.signer();
  for (const { model, version } of input.releases) findRelease(registry, model, version);
  if (input.releases.length === 0 && input.for === undefined)
    throw new AppError('USAGE', 'No release is named.');
  const params: BundleCreateParams = {
    releases: [...new Map(input.releases.map((ref) => [`${ref.model}@${ref.version}`, ref])).values()],
    since: input.since === undefined ? null : locations.resolve(input.since),
    request: input.for === undefined ? null : locations.resolve(input.for),
    places: placesOf(context, input),
    wait: 'volumes' in input,
    offered: [],
  };
  const names = params.releases.map(({ model, version }) => `${model} ${version}`).join(', ');
  const what = params.request === null ? `of ${names}` : 'that answers a re-request';
  return jobs.start('bundle-create', { title: `writing a transfer set ${what}`, params });
}

/** The signed control file and what stands against taking the set in; payload stays unread. */
async function inspect(context: EngineContext, places: readonly string[]): Promise<SetInspection> {
  const { opened, supplements } = await gatherSet(context, places, { setId: null, lenient: false });
  // What lies here may only complete a set whose control file this site kept: then it is shown, not that one.
  const shown = opened.volumes.length === 0 ? (supplements[0] ?? opened) : opened;
  const { set, signature, signer, checks, presence, volumes } = shown;
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
    media: set.media,
    supplements: set.supplements?.setId ?? null,
    checks: [...checks, ...presence, ...intake.checks],
  };
}
