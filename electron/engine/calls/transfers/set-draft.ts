import type { Digest, ReleaseRef, Timestamp } from '#shared/contract/basics.ts';
import type { SetDraft } from '#engine/bundle/make-set.ts';
import { type BlobSource } from '#engine/bundle/payload-writer.ts';
import type { PlanStretch } from '#engine/bundle/planned-part.ts';
import { type Referrer, signatureReferrer } from '#engine/bundle/referrers.ts';
import { requestDocument, type ReRequestContent } from '#engine/bundle/re-request.ts';
import { receiptDocument } from '#engine/bundle/receipt.ts';
import { relyOnSiteDocument } from '#engine/bundle/site-document.ts';
import { AppError } from '#engine/core/app-error.ts';
import { digestOf } from '#engine/core/digest.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import { parseManifest } from '#engine/store/manifest.ts';
import type { EngineContext } from '../../context.ts';
import { findRelease } from '../releases/find-release.ts';
import { readDocumentFile } from './read-document-file.ts';
import { custodyInReceipt, custodyInRequest, type ReturnedCustody } from './returned-custody.ts';
import { refuseRevocation } from '../trust/affected.ts';
import { trustNow } from '../trust/trust-now.ts';

/** What a set is to be made of: paths of documents, not handles. */
export interface SetWish {
  readonly releases: readonly ReleaseRef[];
  /** File of the receipt that a delta is made against. */
  readonly since: string | null;
  /** File of the re-request that the set answers. */
  readonly request: string | null;
}

interface Identity {
  readonly setId: string;
  readonly sequence: number;
  readonly createdAt: Timestamp;
  readonly by: string;
}

/** A set's draft, and the names by which people know its blobs. */
export interface DraftedSet {
  readonly draft: SetDraft;
  readonly releases: readonly ReleaseRow[];
  readonly nameOf: ReadonlyMap<Digest, string>;
  /** What the receipt or the re-request says about the way of earlier sets; null without one. */
  readonly returned: ReturnedCustody | null;
}

/** Puts together what travels. Throws NOT-FOUND, RELEASE-REVOKED, RECEIPT-INVALID, USAGE. */
export async function draftSet(
  context: EngineContext,
  wish: SetWish,
  identity: Identity,
): Promise<DraftedSet> {
  const request = wish.request === null ? null : await readRequest(context, wish.request);
  const refs = request?.releases ?? wish.releases;
  if (refs.length === 0) throw new AppError('USAGE', 'No release is named.');
  const unique = new Map(refs.map((ref) => [`${ref.model}@${ref.version}`, ref]));
  const releases = [...unique.values()].map((ref) => sendable(context, ref));
  const blobs = new Map<Digest, { digest: Digest; sizeBytes: number }>();
  const nameOf = new Map<Digest, string>();
  const described = releases.map((release) => {
    const { model, version, manifestDigest, sizeBytes } = release;
    const own = ownBlobs(release);
    for (const { name, ...blob } of own) {
      if (!blobs.has(blob.digest)) blobs.set(blob.digest, blob);
      if (!nameOf.has(blob.digest)) nameOf.set(blob.digest, `${model}@${version}/${name}`);
    }
    return { model, version, manifestDigest, sizeBytes, blobs: [...new Set(own.map((blob) => blob.digest))] };
  });
  const referrers = releases.flatMap((release) => {
    const name = `${release.model}@${release.version}`;
    return signatureReferrers(context, release).map(({ blobs: own, digest, artifactType, subject }) => {
      for (const [blob, bytes] of own) {
        if (!blobs.has(blob)) blobs.set(blob, { digest: blob, sizeBytes: bytes.length });
        if (!nameOf.has(blob)) nameOf.set(blob, `${name}/signature`);
      }
      return { digest, artifactType, subject, blobs: [...own.keys()] };
    });
  });
  const manifests = new Set(releases.map((release) => release.manifestDigest));
  const list = [...blobs.values()];
  const { leftOut, delta, returned } = await leaveOut(
    context,
    list,
    manifests,
    request === null ? wish.since : null,
  );
  const draft: SetDraft = {
    setId: identity.setId,
    sequence: identity.sequence,
    createdAt: identity.createdAt,
    by: identity.by,
    origin: context.site(),
    releases: described,
    referrers,
    blobs: list,
    leftOut,
    delta,
    supplements: request === null ? null : supplementOf(request, blobs),
  };
  return { draft, releases, nameOf, returned: request === null ? returned : custodyInRequest(request) };
}

/** Where the payload of these releases comes from: the store, and the registry for manifests and signatures. */
export function blobSource(context: EngineContext, releases: readonly ReleaseRow[]): BlobSource {
  const manifests = new Map<Digest, Uint8Array>(
    releases.flatMap((release) => [
      [release.manifestDigest, Buffer.from(release.manifest)] as const,
      ...signatureReferrers(context, release).flatMap(({ blobs }) => [...blobs]),
    ]),
  );
  return async (digest) => {
    const manifest = manifests.get(digest);
    if (manifest !== undefined) return manifest;
    const row = context.registry.blobs.get(digest);
    if (row === null || !(await context.blobs.has(digest))) return null;
    return { file: context.blobs.pathOf(digest), sizeBytes: row.sizeBytes, chunks: row.chunks };
  };
}

/** The signatures that are kept with a release, as they travel. */
function signatureReferrers({ registry }: EngineContext, release: ReleaseRow): Referrer[] {
  const subject = { digest: release.manifestDigest, sizeBytes: Buffer.byteLength(release.manifest) };
  return registry.releaseSignatures
    .of(release.manifestDigest)
    .map((signature) => signatureReferrer(subject, signature));
}

function ownBlobs(release: ReleaseRow) {
  const { files, configDigest, configSizeBytes } = parseManifest(release.manifest);
  return [
    { name: 'manifest', digest: release.manifestDigest, sizeBytes: Buffer.byteLength(release.manifest) },
    { name: 'config', digest: configDigest, sizeBytes: configSizeBytes },
    ...files.map(({ path, digest, sizeBytes }) => ({ name: path, digest, sizeBytes })),
  ];
}

function sendable(context: EngineContext, { model, version }: ReleaseRef): ReleaseRow {
  const release = findRelease(context.registry, model, version);
  if (release.state !== 'revoked') {
    refuseRevocation(context.registry, release, 'Nothing was written.');
    return release;
  }
  throw new AppError('RELEASE-REVOKED', `${model}@${version} is revoked and does not leave this site.`, {
    path: `${model}@${version}`,
    state: 'Nothing was written.',
  });
}

/** What the receipt lists need not travel; manifests always do, since they say what a release is. */
async function leaveOut(
  context: EngineContext,
  blobs: readonly { digest: Digest; sizeBytes: number }[],
  manifests: ReadonlySet<Digest>,
  since: string | null,
): Promise<Pick<SetDraft, 'leftOut' | 'delta'> & Pick<DraftedSet, 'returned'>> {
  if (since === null) return { leftOut: new Set(), delta: null, returned: null };
  const bytes = await readDocumentFile(context, since, receiptDocument);
  const receipt = relyOnSiteDocument(bytes, receiptDocument, trustNow(context));
  const held = new Map(receipt.blobs.map((blob) => [blob.digest, blob.sizeBytes]));
  const leftOut = blobs
    .filter(({ digest, sizeBytes }) => held.get(digest) === sizeBytes && !manifests.has(digest))
    .map(({ digest }) => digest);
  const delta = { receiptId: receipt.receiptId, receiptDigest: digestOf(bytes), site: receipt.site };
  return { leftOut: new Set(leftOut), delta, returned: custodyInReceipt(receipt) };
}

async function readRequest(context: EngineContext, place: string): Promise<ReRequestContent> {
  const bytes = await readDocumentFile(context, place, requestDocument);
  const request = relyOnSiteDocument(bytes, requestDocument, trustNow(context));
  if (request.origin !== context.site()) {
    throw new AppError('REQUEST-INVALID', 'The re-request is about a set of another site.', {
      expected: context.site(),
      found: request.origin,
      state: 'Nothing was written.',
    });
  }
  return request;
}

/** Only stretches of blobs of the releases that were asked for; what else a request names is refused. */
function supplementOf(
  request: ReRequestContent,
  blobs: ReadonlyMap<Digest, { sizeBytes: number }>,
): NonNullable<SetDraft['supplements']> {
  const stretches = request.needs.flatMap(({ blob, sizeBytes, ranges }): PlanStretch[] => {
    if (blobs.get(blob)?.sizeBytes !== sizeBytes) {
      throw new AppError(
        'REQUEST-INVALID',
        `The re-request asks for ${blob}, which its releases do not have.`,
        {
          path: blob,
          state: 'Nothing was written.',
        },
      );
    }
    return ranges.map(({ start, end }) => {
      return { digest: blob, sizeBytes, offset: start, lengthBytes: end + 1 - start, firstIndex: 0 };
    });
  });
  return { setId: request.setId, requestId: request.requestId, stretches };
}
