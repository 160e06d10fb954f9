import { z } from 'zod';
import { Digest, ModelName, ReleaseRef, SizeBytes, Timestamp } from '#shared/contract/basics.ts';
import type { Receipt } from '#shared/contract/transfers.ts';
import { digestOf, hexOf } from '#engine/core/digest.ts';
import type { Signer } from '#engine/core/signer.ts';
import { sha256Subject } from '#engine/trust/statement.ts';
import { CustodyLines } from './custody-entry.ts';
import { ClaimedSigner, SetId } from './set-statement.ts';
import { claimOf, signDocument } from './signed-document.ts';
import type { ShownDocument, SiteDocument } from './site-document.ts';

/** The predicate of a receipt: what a site says it holds. */
export const ReceiptContent = z.strictObject({
  receiptId: z.string().regex(/^rcp-[0-9a-f]{16}$/),
  site: ModelName,
  createdAt: Timestamp,
  signer: ClaimedSigner,
  releases: z.array(z.strictObject({ ...ReleaseRef.shape, manifestDigest: Digest })),
  blobs: z.array(z.strictObject({ digest: Digest, sizeBytes: SizeBytes })),
  /** Highest number accepted from each origin. */
  sequences: z.array(z.strictObject({ origin: ModelName, sequence: z.number().int().nonnegative() })),
  /** The audit log's signed note at that time; empty on an empty log. */
  checkpoint: z.string().max(16_384),
  /** The way of the sets that arrived here, so that their senders learn how it ended; left out when none did. */
  custody: z
    .array(z.strictObject({ setId: SetId, lines: CustodyLines }))
    .max(10_000)
    .optional(),
});
export type ReceiptContent = z.infer<typeof ReceiptContent>;

/** Receipts, as signed documents. */
export const receiptDocument: SiteDocument<ReceiptContent> = {
  name: 'receipt',
  predicateType: 'urn:sallyport:receipt:v1',
  schema: ReceiptContent,
  findProblem: () => null,
  filePrefix: 'sallyport-receipt-',
  code: 'RECEIPT-INVALID',
  otherwise: ', or make a full set',
};

/** Signs a receipt; the subject is the site's log as it stood. */
export function signReceipt(content: Omit<ReceiptContent, 'signer'>, signer: Signer): Uint8Array {
  const subject = sha256Subject(`log of ${content.site}`, hexOf(digestOf(Buffer.from(content.checkpoint))));
  return signDocument(receiptDocument, [subject], { ...content, signer: claimOf(signer) }, signer);
}

/** File name that tells receipts apart for people. */
export function receiptFileName({ site, createdAt, receiptId }: Omit<ReceiptContent, 'signer'>): string {
  const { filePrefix } = receiptDocument;
  return `${filePrefix}${site}-${createdAt.slice(0, 10)}-${receiptId.slice(4, 12)}.dsse.json`;
}

/** A receipt as the contract shows it. */
export function describeReceipt(
  { content, signature, signer }: ShownDocument<ReceiptContent>,
  custodyAdded: number,
): Receipt {
  const { receiptId, site, createdAt, releases, blobs, sequences, checkpoint } = content;
  const facts = { site, createdAt, releases, sequences, checkpoint, signature, signer, custodyAdded };
  return { id: receiptId, blobCount: blobs.length, ...facts };
}
