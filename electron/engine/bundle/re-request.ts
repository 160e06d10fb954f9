import { z } from 'zod';
import { Digest, ModelName, ReleaseRef, SizeBytes, Timestamp } from '#shared/contract/basics.ts';
import type { ReRequest } from '#shared/contract/transfers.ts';
import { AppError } from '#engine/core/app-error.ts';
import { hexOf } from '#engine/core/digest.ts';
import type { Signer } from '#engine/core/signer.ts';
import type { TrustBasis } from '#engine/trust/trust-question.ts';
import { sha256Subject } from '#engine/trust/statement.ts';
import { identify } from './identity.ts';
import { ClaimedSigner } from './set-statement.ts';
import {
  claimOf,
  type DocumentKind,
  type OpenedDocument,
  openDocument,
  signDocument,
} from './signed-document.ts';

const REQUEST_PREDICATE = 'urn:sallyport:re-request:v1';

const Range = z.strictObject({ start: SizeBytes, end: SizeBytes });

/** The predicate of a re-request: what a receiver still needs of a set. */
export const ReRequestContent = z.strictObject({
  requestId: z.string().regex(/^req-[0-9a-f]{16}$/),
  site: ModelName,
  origin: ModelName,
  setId: z.string().regex(/^[0-9a-f]{32}$/),
  createdAt: Timestamp,
  signer: ClaimedSigner,
  releases: z
    .array(z.strictObject({ ...ReleaseRef.shape, manifestDigest: Digest }))
    .min(1)
    .max(1000),
  /** Stretches of blobs in ascending order, which do not touch; both ends included. */
  needs: z
    .array(z.strictObject({ blob: Digest, sizeBytes: SizeBytes, ranges: z.array(Range).min(1) }))
    .min(1)
    .max(120_000),
  /** Lines of the set's custody log as the receiver has it. */
  custody: z.array(z.string().max(65_536)).max(5000),
});
export type ReRequestContent = z.infer<typeof ReRequestContent>;

const requestDocument: DocumentKind<ReRequestContent> = {
  name: 're-request',
  predicateType: REQUEST_PREDICATE,
  schema: ReRequestContent,
  findProblem,
};

function findProblem({ needs }: ReRequestContent): string | null {
  if (new Set(needs.map((need) => need.blob)).size !== needs.length) return 'A blob is listed twice.';
  for (const { blob, sizeBytes, ranges } of needs) {
    let last = -2;
    for (const { start, end } of ranges) {
      if (start <= last + 1 || end < start || end >= sizeBytes) return `The ranges of ${blob} make no sense.`;
      last = end;
    }
  }
  return null;
}

/** Signs a re-request; the subjects are the releases that cannot be completed yet. */
export function signRequest(content: Omit<ReRequestContent, 'signer'>, signer: Signer): Uint8Array {
  const subjects = content.releases.map(({ model, version, manifestDigest }) =>
    sha256Subject(`${model}@${version}`, hexOf(manifestDigest)),
  );
  return signDocument(requestDocument, subjects, { ...content, signer: claimOf(signer) }, signer);
}

/** File name that tells re-requests apart for people. */
export function requestFileName({ site, setId, requestId }: Omit<ReRequestContent, 'signer'>): string {
  return `sallyport-re-request-${site}-${setId.slice(0, 8)}-${requestId.slice(4, 12)}.dsse.json`;
}

/** What a re-request says, unverified. Throws REQUEST-INVALID or FORMAT-NEWER when it says nothing. */
export function readRequest(bytes: Uint8Array): ReRequestContent {
  return readable(openDocument(bytes, requestDocument));
}

/** A re-request as the contract shows it, with the names by which people know its blobs. Throws REQUEST-INVALID or FORMAT-NEWER when there is nothing to show. */
export function describeRequest(
  bytes: Uint8Array,
  basis: TrustBasis,
  names: ReadonlyMap<Digest, readonly string[]>,
): ReRequest {
  const document = openDocument(bytes, requestDocument);
  const content = readable(document);
  const { signer } = identify({ ...document, createdAt: content.createdAt }, basis, 'receipts', null);
  const sizes = content.needs.flatMap(({ ranges }) => ranges.map(({ start, end }) => end + 1 - start));
  return {
    id: content.requestId,
    setId: content.setId,
    site: content.site,
    origin: content.origin,
    createdAt: content.createdAt,
    needs: content.needs.map((need) => ({ ...need, names: [...(names.get(need.blob) ?? [])] })),
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    signature: document.signature,
    signer,
  };
}

/**
 * The content of a re-request that a set may answer: its signature holds, and an anchor knows the signer and is not
 * revoked. Throws REQUEST-INVALID, FORMAT-NEWER.
 */
export function relyOnRequest(bytes: Uint8Array, basis: TrustBasis): ReRequestContent {
  const document = openDocument(bytes, requestDocument);
  const content = readable(document);
  if (document.signature === 'invalid') throw refused(document.signatureDetail);
  const { checks } = identify({ ...document, createdAt: content.createdAt }, basis, 'receipts', null);
  const failed = checks.find(({ status }) => status === 'failed' || status === 'not-checked');
  if (failed !== undefined) throw refused(failed.detail ?? failed.id, document.signer?.fingerprint);
  return content;
}

function readable(document: OpenedDocument<ReRequestContent>): ReRequestContent {
  if (document.content !== null) return document.content;
  const { code, detail, found } = document.problem ?? { code: 'FORMAT-INVALID' as const, detail: '' };
  throw new AppError(
    code === 'FORMAT-NEWER' ? code : 'REQUEST-INVALID',
    `The re-request cannot be read. ${detail}`,
    { ...(found === undefined ? {} : { found }), next: 'Ask the receiving site for a new one.' },
  );
}

function refused(detail: string, found?: string): AppError {
  return new AppError('REQUEST-INVALID', `The re-request cannot be relied on. ${detail}`, {
    ...(found === undefined ? {} : { found }),
    state: 'Nothing was written.',
    next: "Add the receiving site's key as an anchor.",
  });
}
