import { z } from 'zod';
import { Digest, ModelName, ReleaseRef, SizeBytes, Timestamp } from '#shared/contract/basics.ts';
import type { ReRequest } from '#shared/contract/transfers.ts';
import { hexOf } from '#engine/core/digest.ts';
import type { Signer } from '#engine/core/signer.ts';
import { sha256Subject } from '#engine/trust/statement.ts';
import { CustodyLines } from './custody-entry.ts';
import { ClaimedSigner, SetId } from './set-statement.ts';
import { claimOf, signDocument } from './signed-document.ts';
import type { ShownDocument, SiteDocument } from './site-document.ts';

const Range = z.strictObject({ start: SizeBytes, end: SizeBytes });

/** The predicate of a re-request: what a receiver still needs of a set. */
export const ReRequestContent = z.strictObject({
  requestId: z.string().regex(/^req-[0-9a-f]{16}$/),
  site: ModelName,
  origin: ModelName,
  setId: SetId,
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
  /** The set's custody log as the receiver has it. */
  custody: CustodyLines,
});
export type ReRequestContent = z.infer<typeof ReRequestContent>;

/** Re-requests, as signed documents. */
export const requestDocument: SiteDocument<ReRequestContent> = {
  name: 're-request',
  predicateType: 'urn:sallyport:re-request:v1',
  schema: ReRequestContent,
  findProblem,
  filePrefix: 'sallyport-re-request-',
  code: 'REQUEST-INVALID',
  otherwise: '',
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
  return `${requestDocument.filePrefix}${site}-${setId.slice(0, 8)}-${requestId.slice(4, 12)}.dsse.json`;
}

/** A re-request as the contract shows it, with the names by which people know its blobs. */
export function describeRequest(
  { content, signature, signer }: ShownDocument<ReRequestContent>,
  names: ReadonlyMap<Digest, readonly string[]>,
  custodyAdded: number,
): ReRequest {
  const { requestId, setId, site, origin, createdAt } = content;
  const sizes = content.needs.flatMap(({ ranges }) => ranges.map(({ start, end }) => end + 1 - start));
  return {
    id: requestId,
    setId,
    site,
    origin,
    createdAt,
    needs: content.needs.map((need) => ({ ...need, names: [...(names.get(need.blob) ?? [])] })),
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    signature,
    signer,
    custodyAdded,
  };
}
