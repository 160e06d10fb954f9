import { z } from 'zod';
import { Digest, ModelName, ReleaseRef, SizeBytes, Timestamp } from '#shared/contract/basics.ts';
import type { Receipt } from '#shared/contract/transfers.ts';
import { AppError } from '#engine/core/app-error.ts';
import { digestOf, hexOf } from '#engine/core/digest.ts';
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

const RECEIPT_PREDICATE = 'urn:sallyport:receipt:v1';

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
});
export type ReceiptContent = z.infer<typeof ReceiptContent>;

const receiptDocument: DocumentKind<ReceiptContent> = {
  name: 'receipt',
  predicateType: RECEIPT_PREDICATE,
  schema: ReceiptContent,
  findProblem: () => null,
};

/** Signs a receipt; the subject is the site's log as it stood. */
export function signReceipt(content: Omit<ReceiptContent, 'signer'>, signer: Signer): Uint8Array {
  const subject = sha256Subject(`log of ${content.site}`, hexOf(digestOf(Buffer.from(content.checkpoint))));
  return signDocument(receiptDocument, [subject], { ...content, signer: claimOf(signer) }, signer);
}

/** File name that tells receipts apart for people. */
export function receiptFileName({
  site,
  createdAt,
  receiptId,
}: ReceiptContent | Omit<ReceiptContent, 'signer'>): string {
  return `sallyport-receipt-${site}-${createdAt.slice(0, 10)}-${receiptId.slice(4, 12)}.dsse.json`;
}

/** Reads a receipt strictly and finds out whether its signature holds; whose key it is, is another question. */
export function openReceipt(bytes: Uint8Array): OpenedDocument<ReceiptContent> {
  return openDocument(bytes, receiptDocument);
}

/** A receipt as the contract shows it. Throws RECEIPT-INVALID or FORMAT-NEWER when there is nothing to show. */
export function describeReceipt(bytes: Uint8Array, basis: TrustBasis): Receipt {
  const document = openReceipt(bytes);
  const content = readable(document);
  const { signer } = identify({ ...document, createdAt: content.createdAt }, basis, 'receipts', null);
  return {
    id: content.receiptId,
    site: content.site,
    createdAt: content.createdAt,
    releases: content.releases,
    blobCount: content.blobs.length,
    sequences: content.sequences,
    checkpoint: content.checkpoint,
    signature: document.signature,
    signer,
  };
}

/**
 * The content of a receipt that a delta may rely on: its signature holds, and an anchor knows the signer and is not
 * revoked. Whatever models that anchor may sign for does not matter here: a wrong receipt makes a delta that its receiver
 * refuses with a list, and nothing worse. Throws RECEIPT-INVALID, FORMAT-NEWER.
 */
export function relyOnReceipt(bytes: Uint8Array, basis: TrustBasis): ReceiptContent {
  const document = openReceipt(bytes);
  const content = readable(document);
  if (document.signature === 'invalid') throw refused(document.signatureDetail);
  const { checks } = identify({ ...document, createdAt: content.createdAt }, basis, 'receipts', null);
  const failed = checks.find(({ status }) => status === 'failed' || status === 'not-checked');
  if (failed !== undefined) throw refused(failed.detail ?? failed.id, document.signer?.fingerprint);
  return content;
}

function readable(document: OpenedDocument<ReceiptContent>): ReceiptContent {
  if (document.content !== null) return document.content;
  const { code, detail, found } = document.problem ?? { code: 'FORMAT-INVALID' as const, detail: '' };
  throw new AppError(
    code === 'FORMAT-NEWER' ? code : 'RECEIPT-INVALID',
    `The receipt cannot be read. ${detail}`,
    {
      ...(found === undefined ? {} : { found }),
      next: 'Ask the receiving site for a new receipt.',
    },
  );
}

function refused(detail: string, found?: string): AppError {
  return new AppError('RECEIPT-INVALID', `The receipt cannot be relied on. ${detail}`, {
    ...(found === undefined ? {} : { found }),
    state: 'Nothing was written.',
    next: "Add the receiving site's key as an anchor, or make a full set.",
  });
}
