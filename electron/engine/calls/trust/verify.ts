import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import { verifySet } from '#engine/bundle/verify-set.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import { findSetFolders } from '#engine/media/find-sets.ts';
import { openMediaFolder } from '#engine/media/open-media-folder.ts';
import { type AnchorMaterial, type TrustAnchor, unlimited } from '#engine/trust/anchor.ts';
import type { KeylessIdentity, TrustBasis } from '#engine/trust/trust-question.ts';
import {
  type HandedInSignature,
  verifyFile,
  verifyFolder,
  type VerifyOptions,
} from '#engine/trust/verify-folder.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { readAnchors, readSmallFile } from './anchor-files.ts';
import { openSetFolders } from '../transfers/set-folders.ts';
import { trustNow, underPolicy } from './trust-now.ts';

const MAX_SIGNATURE_BYTES = 256 * 1024 * 1024;

/** What a verify job is asked to do; kept with the job. */
const VerifyParams = z.object({
  sources: z.array(z.string()).min(1),
  signature: z.string().nullable(),
  anchors: z.array(z.string()),
  identity: z.object({ identity: z.string(), issuer: z.string() }).nullable().default(null),
  at: z.string().nullable(),
  ignore: z.array(z.string()),
});
type VerifyParams = z.infer<typeof VerifyParams>;

/** Signatures and digests, checked in place; nothing is taken in and nothing is recorded. */
export function verifyCalls(context: EngineContext): CallHandlers<'verify.start'> {
  const { jobs, locations } = context;
  jobs.define('verify', {
    onCancel: 'Nothing: verification only reads.',
    resumable: true,
    run: (job, params) => runVerify(context, job, VerifyParams.parse(params)),
  });
  return {
    'verify.start': ({ sources, signature, anchors, identity, at, ignore }) => {
      const params: VerifyParams = {
        sources: sources.map((source) => locations.resolve(source)),
        signature: signature === undefined ? null : locations.resolve(signature),
        anchors: anchors.map((anchor) => locations.resolve(anchor)),
        identity: identity ?? null,
        at: at ?? null,
        ignore,
      };
      const names = params.sources.map((source) => path.basename(source)).join(', ');
      return jobs.start('verify', { title: `verifying ${names}`, params });
    },
  };
}

type Options = VerifyOptions & TrustBasis;

async function runVerify(
  context: EngineContext,
  job: JobContext,
  params: VerifyParams,
): Promise<VerifyReport> {
  const basis = trustNow(context, params.at === null ? undefined : new Date(params.at));
  const options: Options = {
    ...basis,
    anchors: [...basis.anchors, ...(await givenAnchors(context, params))],
    ...(params.identity === null ? {} : { identity: params.identity }),
    ignore: params.ignore,
    signal: job.signal,
    progress: job.progress,
  };
  const report = await verifyPlaces(context, params, options);
  return underPolicy(context, report, { model: null, isNow: params.at === null });
}

/** A set by all its volumes, else one folder or one file. */
async function verifyPlaces(
  context: EngineContext,
  params: VerifyParams,
  options: Options,
): Promise<VerifyReport> {
  if (await holdSet(params.sources)) return await verifySetFolders(context, params, options);
  const [source, ...others] = params.sources;
  if (source === undefined || others.length > 0) {
    throw new AppError(
      'SET-NOT-FOUND',
      'Several places can only be verified together as the volumes of one set.',
      {
        items: params.sources,
        next: 'Name one folder or file, or the folders that hold the volumes.',
      },
    );
  }
  return (await kindOf(source)) === 'file'
    ? await verifyOneFile(context, source, params.signature, options)
    : await verifyOneFolder(context, source, params.signature, options);
}

async function holdSet(sources: readonly string[]): Promise<boolean> {
  for (const source of sources) {
    if ((await kindOf(source)) === 'folder' && (await findSetFolders(source)).length > 0) return true;
  }
  return false;
}

async function verifySetFolders(
  context: EngineContext,
  params: VerifyParams,
  options: Options,
): Promise<VerifyReport> {
  if (params.signature !== null || params.ignore.length > 0) {
    const next = 'Leave out --signature and --ignore.';
    throw new AppError('USAGE', 'A transfer set carries its own signature, and every part of it counts.', {
      next,
    });
  }
  const folders = await openSetFolders(context, params.sources);
  return await verifySet(folders, { ...options, pool: context.pool, devices: context.devices });
}

async function verifyOneFolder(
  context: EngineContext,
  source: string,
  signature: string | null,
  options: Options,
): Promise<VerifyReport> {
  const root = await realpath(source);
  const handedIn = await readSignatureFile(signature, root);
  return await verifyFolder(await openMediaFolder(source, context), { ...options, ...handedIn });
}

async function verifyOneFile(
  context: EngineContext,
  source: string,
  signature: string | null,
  options: Options,
): Promise<VerifyReport> {
  const file = await realpath(source);
  const handedIn = await readSignatureFile(signature, path.dirname(file));
  const folder = await openMediaFolder(file, context);
  return await verifyFile(folder, path.basename(file), { ...options, ...handedIn });
}

/** Named by its path in the folder when it lies there, so that it is not counted twice. */
async function readSignatureFile(
  file: string | null,
  root: string,
): Promise<{ signature?: HandedInSignature }> {
  if (file === null) return {};
  const content = await readSmallFile(file, MAX_SIGNATURE_BYTES);
  const inside = path.relative(root, await realpath(file)).split(path.sep);
  const name =
    inside[0] === '..' || path.isAbsolute(inside.join('/')) ? path.basename(file) : inside.join('/');
  return { signature: { name, content } };
}

/** What is named for this one check counts for every model, and its label says where it came from. */
async function givenAnchors(context: EngineContext, params: VerifyParams): Promise<TrustAnchor[]> {
  const given: (AnchorMaterial & { readonly source: string })[] = [];
  for (const file of params.anchors) {
    const source = path.basename(file);
    for (const found of await readAnchors(file)) given.push({ ...found, source });
  }
  if (params.identity !== null) given.push(expectedIdentity(params.identity));
  return given.map((found, n) => givenAnchor(context, found, n));
}

function givenAnchor(
  { clock, session }: EngineContext,
  found: AnchorMaterial & { readonly source: string },
  n: number,
): TrustAnchor {
  const at = timestamp(clock);
  return {
    ...found,
    id: `given-${n + 1}`,
    owner: `${found.comment === '' ? found.source : found.comment} (given for this check)`,
    models: ['*'],
    formats: [],
    purposes: ['models', 'transfer-sets', 'receipts', 'attestations'],
    addedAt: at,
    addedBy: session.actor().who,
    refreshedAt: at,
    expiresAt: null,
    revokedAt: null,
    revokedReason: null,
    pack: null,
  };
}

/** Proven by the root in a file that was given too, else by the one that comes with the app. */
function expectedIdentity({
  identity,
  issuer,
}: KeylessIdentity): AnchorMaterial & { readonly source: string } {
  const fingerprint = `identity:${identity} ${issuer}`;
  const keyType = 'keyless identity';
  const source = 'the command line';
  return {
    ...unlimited,
    kind: 'sigstore',
    keyType,
    fingerprint,
    comment: identity,
    identity,
    issuer,
    material: '',
    source,
  };
}

async function kindOf(place: string): Promise<'file' | 'folder'> {
  try {
    const facts = await stat(place);
    if (facts.isDirectory()) return 'folder';
    if (facts.isFile()) return 'file';
  } catch (error) {
    throw asAppError(error, place);
  }
  throw new AppError('FILE-NOT-REGULAR', `${place} is neither a folder nor a regular file.`, { path: place });
}
