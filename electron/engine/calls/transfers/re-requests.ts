import { readFile } from 'node:fs/promises';
import type { Digest } from '#shared/contract/basics.ts';
import type { ParsedInput } from '#shared/contract/calls.ts';
import type { ReRequest } from '#shared/contract/transfers.ts';
import { IncomingBlob } from '#engine/bundle/incoming-blob.ts';
import { planIntake } from '#engine/bundle/intake.ts';
import { setFolderName } from '#engine/bundle/names.ts';
import {
  describeRequest,
  requestDocument,
  requestFileName,
  type ReRequestContent,
  signRequest,
} from '#engine/bundle/re-request.ts';
import { showSiteDocument } from '#engine/bundle/site-document.ts';
import { openSetDocument } from '#engine/bundle/set-document.ts';
import { locateParts, type TransferSet } from '#engine/bundle/set-statement.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { digestOf, hexOf } from '#engine/core/digest.ts';
import { newId } from '#engine/core/ids.ts';
import { parseManifest } from '#engine/store/manifest.ts';
import type { EngineContext } from '../../context.ts';
import { readDocumentFile } from './read-document-file.ts';
import { custodyInRequest, takeOverCustody } from './returned-custody.ts';
import { custodyOf } from './transfers.ts';
import { trustNow } from '../trust/trust-now.ts';
import { writeDocumentFile } from './write-document-file.ts';

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
  await writeDocumentFile(
    context,
    { place: context.locations.resolve(target), name: requestFileName(content), bytes },
    {
      act: 'bundle.re-request',
      object: setFolderName(setId),
      details: { set: setId, request: content.requestId, blobs: String(needs.length) },
    },
  );
  context.changed('transfers', 'audit');
  return describeRequest(
    showSiteDocument(bytes, requestDocument, trustNow(context)),
    await namesIn(context, content),
    0,
  );
}

/** Reads a re-request, whoever wrote it. One of a site that is known here also tells how the set arrived so far. */
export async function inspectRequest(context: EngineContext, place: string): Promise<ReRequest> {
  const bytes = await readDocumentFile(context, place, requestDocument);
  const shown = showSiteDocument(bytes, requestDocument, trustNow(context));
  const added = shown.isReliable ? takeOverCustody(context, custodyInRequest(shown.content)) : 0;
  return describeRequest(shown, await namesIn(context, shown.content), added);
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

/** The names by which people know the blobs, from the manifests that are here. */
async function namesIn(
  context: EngineContext,
  request: Pick<ReRequestContent, 'setId' | 'releases'>,
): Promise<ReadonlyMap<Digest, readonly string[]>> {
  const names = new Map<Digest, string[]>();
  for (const release of request.releases) {
    const manifest = await findManifest(context, request.setId, release);
    if (manifest === null) continue;
    const { files, configDigest } = parseManifest(manifest);
    const all = [
      { name: 'config', digest: configDigest },
      ...files.map((file) => ({ name: file.path, digest: file.digest })),
    ];
    for (const { name, digest } of all)
      names.set(digest, [...(names.get(digest) ?? []), `${release.model}@${release.version}/${name}`]);
  }
  return names;
}

/** The manifest of a release that is published here, or lies whole in the quarantine of its import. */
async function findManifest(
  { registry, quarantine }: EngineContext,
  setId: string,
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
