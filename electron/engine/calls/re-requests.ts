import { readFile } from 'node:fs/promises';
import type { Digest } from '#shared/contract/basics.ts';
import type { ParsedInput } from '#shared/contract/calls.ts';
import type { ReRequest } from '#shared/contract/transfers.ts';
import { IncomingBlob } from '#engine/bundle/incoming-blob.ts';
import { planIntake } from '#engine/bundle/intake.ts';
import { setFolderName } from '#engine/bundle/names.ts';
import {
  describeRequest,
  readRequest,
  requestFileName,
  type ReRequestContent,
  signRequest,
} from '#engine/bundle/re-request.ts';
import { openSetDocument } from '#engine/bundle/set-document.ts';
import { locateParts, type TransferSet } from '#engine/bundle/set-statement.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { digestOf, hexOf } from '#engine/core/digest.ts';
import { newId } from '#engine/core/ids.ts';
import { refuseWithoutRoom } from '#engine/media/target-room.ts';
import { writeFileDurably } from '#engine/store/durable.ts';
import { parseManifest } from '#engine/store/manifest.ts';
import type { EngineContext } from '../context.ts';
import { documentTarget } from './document-target.ts';
import { readDocumentFile, requestFile } from './read-document-file.ts';
import { custodyOf } from './transfers.ts';
import { trustNow } from './trust-now.ts';

/** Writes what this site still needs of a set under way, signed, for the set's sender. Throws NOT-FOUND, STATE-CONFLICT. */
export async function writeRequest(
  context: EngineContext,
  { setId, target }: ParsedInput<'bundles.reRequest'>,
): Promise<ReRequest> {
  const signer = context.session.signer();
  const set = keptSet(context, setId);
  const needs = await needsOf(context, set);
  if (needs.length === 0) {
    throw new AppError('STATE-CONFLICT', `Nothing is missing of set ${setId.slice(0, 8)}.`, {
      next: 'Import it, or resume its import.',
    });
  }
  const needed = new Set(needs.map((need) => need.blob));
  const content = {
    requestId: newId('req'),
    site: context.site(),
    origin: set.origin,
    setId,
    createdAt: timestamp(context.clock),
    releases: set.releases
      .filter((release) => release.blobs.some((digest) => needed.has(digest)))
      .map(({ model, version, manifestDigest }) => ({ model, version, manifestDigest })),
    needs,
    custody: custodyOf(context, setId).rows.map((row) => row.line),
  };
  const bytes = signRequest(content, signer);
  const { folder, file } = await documentTarget(context.locations.resolve(target), requestFileName(content));
  await refuseWithoutRoom([{ folder, fileSizes: [bytes.length], folders: 0 }]);
  await writeFileDurably(file, bytes, { mode: 0o644 });
  const subjects = [{ name: requestFileName(content), digest: digestOf(bytes) }];
  const details = { set: setId, request: content.requestId, blobs: String(needs.length) };
  context.govern({ act: 'bundle.re-request', object: setFolderName(setId), subjects, details }, () => {});
  context.changed('transfers', 'audit');
  return await describe(context, bytes);
}

/** Reads a re-request, whoever wrote it. */
export async function inspectRequest(context: EngineContext, place: string): Promise<ReRequest> {
  return await describe(context, await readDocumentFile(context, place, requestFile));
}

function keptSet({ registry }: EngineContext, setId: string): TransferSet {
  const control = registry.setControls.get(setId, 'in');
  const set = control === null ? null : openSetDocument(control).content;
  if (set !== null) return set;
  throw new AppError('NOT-FOUND', `No import of set ${setId} was ever begun here.`, {
    next: 'Import it first, from whatever volumes of it there are.',
  });
}

/** Blobs that are neither held nor whole in quarantine, with the bytes they lack. */
async function needsOf(context: EngineContext, set: TransferSet): Promise<ReRequestContent['needs']> {
  const { wanted } = await planIntake(set, context);
  const open = context.registry.imports
    .list()
    .filter((row) => row.transferSet === set.setId && row.state === 'receiving');
  const parts = locateParts(set);
  const needs: ReRequestContent['needs'] = [];
  for (const blob of wanted) {
    const own = parts.filter((part) => part.blob === blob.digest);
    let missing = blob.sizeBytes === 0 ? [] : [{ start: 0, end: blob.sizeBytes - 1 }];
    for (const { id } of open) {
      const arriving = new IncomingBlob(await context.quarantine.create(id), blob, own, context.pool);
      await arriving.open();
      if (arriving.missingBytes < blob.sizeBytes) missing = arriving.missing.map((range) => ({ ...range }));
    }
    if (missing.length > 0) needs.push({ blob: blob.digest, sizeBytes: blob.sizeBytes, ranges: missing });
  }
  return needs;
}

async function describe(context: EngineContext, bytes: Uint8Array): Promise<ReRequest> {
  const names = new Map<Digest, string[]>();
  const content = readRequest(bytes);
  for (const release of content.releases) {
    const manifest = await findManifest(context, content, release);
    for (const { name, digest } of manifest === null ? [] : namesIn(manifest))
      names.set(digest, [...(names.get(digest) ?? []), `${release.model}@${release.version}/${name}`]);
  }
  return describeRequest(bytes, trustNow(context), names);
}

function namesIn(manifest: string): { name: string; digest: Digest }[] {
  const { files, configDigest } = parseManifest(manifest);
  return [
    { name: 'config', digest: configDigest },
    ...files.map(({ path, digest }) => ({ name: path, digest })),
  ];
}

/** The manifest of a release that is published here, or lies whole in the quarantine of its import. */
async function findManifest(
  { registry, quarantine }: EngineContext,
  { setId }: ReRequestContent,
  { model, version, manifestDigest }: ReRequestContent['releases'][number],
): Promise<string | null> {
  const published = registry.releases.get(model, version);
  if (published?.manifestDigest === manifestDigest) return published.manifest;
  for (const { id } of registry.imports.list().filter((row) => row.transferSet === setId)) {
    const file = quarantine.pathOf(id, hexOf(manifestDigest));
    const bytes = await readFile(file).catch(() => null);
    if (bytes !== null && digestOf(bytes) === manifestDigest) return bytes.toString('utf8');
  }
  return null;
}
