import type { Receipt } from '#shared/contract/transfers.ts';
import type { ErrorCode } from '#shared/contract/errors.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { TrustBasis } from '#engine/trust/trust-question.ts';
import { type Identity, identify } from './identity.ts';
import { type DocumentKind, type OpenedDocument, openDocument } from './signed-document.ts';

/** How a kind of document that one site gives another goes by. */
export interface DocumentFile {
  /** What a person calls it, e.g. `receipt`. */
  readonly name: string;
  /** What the names of its files begin with; the site's name follows. */
  readonly filePrefix: string;
  /** What is thrown when it cannot be used. */
  readonly code: Extract<ErrorCode, 'RECEIPT-INVALID' | 'REQUEST-INVALID'>;
  /** What else helps where its signer is not known. */
  readonly otherwise: string;
}

/** A kind of document that one site gives another as a file: receipts and re-requests. */
export interface SiteDocument<T> extends DocumentKind<T>, DocumentFile {}

/** What every such document has. */
interface SiteContent {
  readonly createdAt: string;
}

/** A document for people to look at: its signature may be invalid, and its signer unknown. */
export interface ShownDocument<T> {
  readonly content: T;
  readonly signature: Receipt['signature'];
  readonly signer: Receipt['signer'];
  /** Its signature holds, and an anchor for it knows the signer. */
  readonly isReliable: boolean;
}

/** Throws the kind's code, or FORMAT-NEWER, when there is nothing to show. */
export function showSiteDocument<T extends SiteContent>(
  bytes: Uint8Array,
  kind: SiteDocument<T>,
  basis: TrustBasis,
): ShownDocument<T> {
  const document = openDocument(bytes, kind);
  const content = contentOf(document, kind);
  const identity = identityOf(document, content, basis);
  const isReliable = document.signature === 'valid' && findObjection(identity) === undefined;
  return { content, signature: document.signature, signer: identity.signer, isReliable };
}

/**
 * The content of a document that a set may be made by: its signature holds, and an anchor knows the signer and is not
 * revoked. Whatever models that anchor may sign for does not matter here: a wrong document makes a set that its receiver
 * refuses, and nothing worse. Throws the kind's code, FORMAT-NEWER.
 */
export function relyOnSiteDocument<T extends SiteContent>(
  bytes: Uint8Array,
  kind: SiteDocument<T>,
  basis: TrustBasis,
): T {
  const document = openDocument(bytes, kind);
  const content = contentOf(document, kind);
  if (document.signature === 'invalid') throw refused(kind, document.signatureDetail);
  const objection = findObjection(identityOf(document, content, basis));
  if (objection === undefined) return content;
  throw refused(kind, objection.detail ?? objection.id, document.signer?.fingerprint);
}

function identityOf<T extends SiteContent>(
  document: OpenedDocument<T>,
  { createdAt }: T,
  basis: TrustBasis,
): Identity {
  return identify({ ...document, createdAt }, basis, 'receipts', null);
}

function findObjection({ checks }: Identity) {
  return checks.find(({ status }) => status === 'failed' || status === 'not-checked');
}

function contentOf<T>(document: OpenedDocument<T>, { code, name }: DocumentFile): T {
  if (document.content !== null) return document.content;
  const problem = document.problem ?? { code: 'FORMAT-INVALID', detail: '' };
  throw new AppError(
    problem.code === 'FORMAT-NEWER' ? problem.code : code,
    `The ${name} cannot be read. ${problem.detail}`,
    {
      ...(problem.found === undefined ? {} : { found: problem.found }),
      next: `Ask the receiving site for a new ${name}.`,
    },
  );
}

function refused(kind: DocumentFile, detail: string, found?: string): AppError {
  return new AppError(kind.code, `The ${kind.name} cannot be relied on. ${detail}`, {
    ...(found === undefined ? {} : { found }),
    state: 'Nothing was written.',
    next: `Add the receiving site's key as an anchor${kind.otherwise}.`,
  });
}
