import { z } from 'zod';
import type { ErrorCode } from '#shared/contract/errors.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { encodeBase64 } from '#engine/core/base64.ts';
import { canonicalBytes } from '#engine/core/canonical-json.ts';
import type { Signer } from '#engine/core/signer.ts';
import { parseStrictJson } from '#engine/core/strict-json.ts';
import { explainIssues } from '#engine/core/zod-issues.ts';
import { MAX_ENVELOPE_BYTES, type OpenEnvelope, openEnvelope, verifyEnvelope } from '#engine/trust/dsse.ts';
import { opensshLine, parseOpensshLine } from '#engine/trust/openssh-key.ts';
import {
  IN_TOTO_PAYLOAD_TYPE,
  makeStatement,
  parseStatement,
  signStatement,
} from '#engine/trust/statement.ts';
import type { Statement, Subject } from '#engine/trust/statement.ts';

/** A kind of signed control document: control files of sets, and receipts. */
export interface DocumentKind<T> {
  /** What a person calls it, e.g. `transfer set`. */
  readonly name: string;
  /** `urn:sallyport:<kind>:v<n>`. */
  readonly predicateType: string;
  readonly schema: z.ZodType<T>;
  /** How valid content contradicts itself, as a sentence, or null. */
  findProblem(content: T): string | null;
}

/** The key that a document says it was signed with. An anchor decides whether that means anything. */
export interface DocumentSigner {
  readonly name: string;
  readonly fingerprint: string;
  /** Raw 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** A document as far as it could be read. `content` may be there without a valid signature: to be shown, never used. */
export interface OpenedDocument<T> {
  readonly signature: 'valid' | 'invalid';
  /** Why the signature does not hold or could not be checked. */
  readonly signatureDetail: string;
  readonly signer: DocumentSigner | null;
  readonly content: T | null;
  /** Why the content cannot be used. */
  readonly problem: { readonly code: ErrorCode; readonly detail: string; readonly found?: string } | null;
}

/** Signs a predicate as an in-toto statement in a DSSE envelope; canonical JSON inside and out. */
export function signDocument(
  kind: { readonly predicateType: string },
  subjects: Subject[],
  predicate: Record<string, unknown>,
  signer: Signer,
): Uint8Array {
  return signStatement(makeStatement(subjects, kind.predicateType, predicate), signer);
}

/** The claim about the signer that every document carries. */
export function claimOf(signer: Signer): { name: string; publicKey: string } {
  return { name: signer.name, publicKey: opensshLine(signer.publicKey, '') };
}

const LooseClaim = z.object({ signer: z.object({ name: z.string(), publicKey: z.string() }) });

/**
 * Opens a document: envelope, statement, signature by the key it names itself, content by its schema. Never throws for bad
 * input. The signature says "these bytes, by that key"; whose key it is, is the anchors' business (identity.ts).
 */
export function openDocument<T>(bytes: Uint8Array, kind: DocumentKind<T>): OpenedDocument<T> {
  let statement: Statement;
  try {
    const envelope = openEnvelope(bytes);
    requireOneForm(envelopeForm(envelope), bytes);
    requireOneForm(parseStrictJson(envelope.payload, { maxBytes: MAX_ENVELOPE_BYTES }), envelope.payload);
    if (envelope.payloadType !== IN_TOTO_PAYLOAD_TYPE)
      return unreadable(`Its payload is ${envelope.payloadType}.`);
    statement = parseStatement(envelope.payload);
  } catch (error) {
    const { code, message } = asAppError(error);
    return { ...unreadable(message), problem: { code, detail: message } };
  }
  const signer = readClaim(statement);
  const signed = checkSignature(bytes, signer);
  return { ...signed, signer, ...readContent(statement, kind) };
}

function readClaim(statement: Statement): DocumentSigner | null {
  const claim = LooseClaim.safeParse(statement.predicate);
  if (!claim.success) return null;
  const key = parseOpensshLine(claim.data.signer.publicKey);
  if (key?.ed25519 == null) return null;
  return { name: claim.data.signer.name, fingerprint: key.fingerprint, publicKey: key.ed25519 };
}

function checkSignature(
  bytes: Uint8Array,
  signer: DocumentSigner | null,
): { signature: 'valid' | 'invalid'; signatureDetail: string } {
  if (signer === null) {
    return {
      signature: 'invalid',
      signatureDetail: 'It names no Ed25519 key, so its signature cannot be checked.',
    };
  }
  const outcome = verifyEnvelope(bytes, [signer]);
  if (outcome.outcome === 'invalid') return { signature: 'invalid', signatureDetail: outcome.reason };
  // Version 1 documents have one signer; others would have been checked against a key that nobody named.
  if (outcome.signers.length !== 1) {
    return { signature: 'invalid', signatureDetail: `It has ${outcome.signers.length} signatures, not one.` };
  }
  return { signature: 'valid', signatureDetail: '' };
}

function readContent<T>(
  statement: Statement,
  kind: DocumentKind<T>,
): Pick<OpenedDocument<T>, 'content' | 'problem'> {
  const refuse = (code: ErrorCode, detail: string, found?: string) => ({
    content: null,
    problem: { code, detail, ...(found === undefined ? {} : { found }) },
  });
  if (statement.predicateType !== kind.predicateType) {
    const family = kind.predicateType.replace(/v\d+$/, 'v');
    if (statement.predicateType.startsWith(family)) {
      const detail = `This ${kind.name} was made by a newer Sallyport.`;
      return refuse('FORMAT-NEWER', detail, statement.predicateType);
    }
    return refuse('FORMAT-INVALID', `This is not a ${kind.name}.`, statement.predicateType);
  }
  const parsed = kind.schema.safeParse(statement.predicate);
  if (!parsed.success) return refuse('FORMAT-INVALID', explainIssues(parsed.error));
  const problem = kind.findProblem(parsed.data);
  return problem === null ? { content: parsed.data, problem: null } : refuse('FORMAT-INVALID', problem);
}

/** Exactly what signDocument writes: nothing beside it, and a key id with every signature, since DSSE signs neither. */
function envelopeForm({ payloadType, payload, signatures }: OpenEnvelope) {
  return {
    payloadType,
    payload: encodeBase64(payload),
    signatures: signatures.map(({ keyId, signature }) => ({
      keyid: keyId ?? '',
      sig: encodeBase64(signature),
    })),
  };
}

/** One byte string for one meaning: no duplicate keys, no spare white space, no second spelling (RFC 8785). */
function requireOneForm(value: unknown, bytes: Uint8Array): void {
  if (Buffer.compare(canonicalBytes(value), bytes) !== 0) {
    throw new AppError('FORMAT-INVALID', 'It is not in the canonical form that Sallyport writes.');
  }
}

function unreadable(detail: string): OpenedDocument<never> {
  return {
    signature: 'invalid',
    signatureDetail: 'It cannot be read, so its signature cannot be checked.',
    signer: null,
    content: null,
    problem: { code: 'FORMAT-INVALID', detail },
  };
}
