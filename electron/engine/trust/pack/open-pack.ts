import type { Digest } from '#shared/contract/basics.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { canonicalBytes } from '#engine/core/canonical-json.ts';
import { digestOf, hexOf } from '#engine/core/digest.ts';
import type { Signer } from '#engine/core/signer.ts';
import { parseStrictJson } from '#engine/core/strict-json.ts';
import { encodeBase64 } from '#engine/core/base64.ts';
import { explainIssues } from '#engine/core/zod-issues.ts';
import {
  type Envelope,
  MAX_ENVELOPE_BYTES,
  openEnvelope,
  type OpenEnvelope,
  preAuthEncoding,
  signEnvelope,
} from '../dsse.ts';
import { verifyEd25519 } from '../ed25519.ts';
import { IN_TOTO_PAYLOAD_TYPE, makeStatement, parseStatement, sha256Subject } from '../statement.ts';
import {
  findPackProblem,
  MAX_PACK_BYTES,
  parseRoots,
  type ParsedRoot,
  type PackRoots,
  TRUST_PACK_PREDICATE,
  TrustPack,
} from './trust-pack.ts';

/** One signature of a pack. `root` is null when neither the pack nor this site knows its key as a root. */
export interface PackSignature {
  readonly keyId: string;
  readonly root: ParsedRoot | null;
  readonly holds: boolean;
}

/** A pack as far as it could be read. Its content is shown to people whatever its signatures say, and used only by pack-rules. */
export interface OpenedPack {
  /** SHA-256 over the canonical JSON of the content, whoever signed it; null without content. */
  readonly digest: Digest | null;
  readonly content: TrustPack | null;
  /** Why the content cannot be used, as a sentence; null with content. */
  readonly problem: string | null;
  readonly signatures: readonly PackSignature[];
}

/** Signs a pack with its first key. The statement's subject is the pack itself, by its canonical JSON. */
export function signPack(content: TrustPack, signer: Signer): Uint8Array {
  const subject = sha256Subject(subjectName(content), hexOf(digestOfPack(content)));
  const statement = makeStatement([subject], TRUST_PACK_PREDICATE, content);
  return signEnvelope(IN_TOTO_PAYLOAD_TYPE, canonicalBytes(statement), signer);
}

/** The same pack with one signature more; signing twice with one key changes nothing. Throws FORMAT-INVALID. */
export function cosignPack(bytes: Uint8Array, signer: Signer): Uint8Array {
  const { payloadType, payload, signatures } = openEnvelope(bytes);
  const sig = encodeBase64(signer.sign(preAuthEncoding(payloadType, payload)));
  const others = signatures
    .filter(({ keyId }) => keyId !== signer.fingerprint)
    .map(({ keyId, signature }) => ({ keyid: keyId ?? '', sig: encodeBase64(signature) }));
  const envelope: Envelope = {
    payloadType,
    payload: encodeBase64(payload),
    signatures: [...others, { keyid: signer.fingerprint, sig }],
  };
  return canonicalBytes(envelope);
}

/**
 * Reads a pack and checks each of its signatures against the roots it names itself and those the site knows. Never throws
 * for bad input. Whether these signatures suffice is another question (pack-rules.ts).
 */
export function openPack(bytes: Uint8Array, known: PackRoots | null): OpenedPack {
  try {
    const envelope = openEnvelope(limited(bytes));
    requireCanonical(parseStrictJson(bytes, { maxBytes: MAX_ENVELOPE_BYTES }), bytes);
    const content = readContent(envelope);
    const roots = [
      ...(parseRoots(content.roots) ?? []),
      ...(known === null ? [] : (parseRoots(known) ?? [])),
    ];
    return {
      digest: digestOfPack(content),
      content,
      problem: null,
      signatures: checkSignatures(envelope, roots),
    };
  } catch (error) {
    return { digest: null, content: null, problem: asAppError(error).message, signatures: [] };
  }
}

/** What names a pack, however many have signed it. */
export function digestOfPack(content: TrustPack): Digest {
  return digestOf(canonicalBytes(content));
}

function limited(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= MAX_PACK_BYTES) return bytes;
  throw invalid(`It has ${bytes.length} bytes; a trust pack has at most ${MAX_PACK_BYTES}.`);
}

function readContent({ payloadType, payload }: OpenEnvelope): TrustPack {
  if (payloadType !== IN_TOTO_PAYLOAD_TYPE) throw invalid(`Its payload is ${payloadType}.`);
  requireCanonical(parseStrictJson(payload, { maxBytes: MAX_ENVELOPE_BYTES }), payload);
  const { predicateType, predicate, subject } = parseStatement(payload);
  if (predicateType !== TRUST_PACK_PREDICATE) throw invalid(`It is a ${predicateType}.`);
  const parsed = TrustPack.safeParse(predicate);
  if (!parsed.success) throw invalid(explainIssues(parsed.error));
  const content = parsed.data;
  const wanted = hexOf(digestOfPack(content));
  const [only, ...others] = subject;
  if (only?.digest['sha256'] !== wanted || only.name !== subjectName(content) || others.length > 0) {
    throw invalid('Its statement is about something else than the pack.');
  }
  const problem = findPackProblem(content);
  if (problem !== null) throw invalid(problem);
  return content;
}

function subjectName({ authority, number }: TrustPack): string {
  return `trust pack ${number} of ${authority}`;
}

/** A signature without a key id can be by any of the roots; one with an id only by the root of that id. */
function checkSignatures(envelope: OpenEnvelope, roots: readonly ParsedRoot[]): PackSignature[] {
  const signed = preAuthEncoding(envelope.payloadType, envelope.payload);
  return envelope.signatures.map(({ keyId, signature }) => {
    const candidates = roots.filter(({ fingerprint }) => keyId === null || fingerprint === keyId);
    const signer = candidates.find(({ publicKey }) => verifyEd25519(signature, signed, publicKey));
    const root = signer ?? (keyId === null ? null : (candidates[0] ?? null));
    return { keyId: keyId ?? signer?.fingerprint ?? '', root, holds: signer !== undefined };
  });
}

/** One byte string for one meaning: no duplicate keys, no spare white space, no second spelling (RFC 8785). */
function requireCanonical(value: unknown, bytes: Uint8Array): void {
  if (Buffer.compare(canonicalBytes(value), bytes) === 0) return;
  throw invalid('It is not in the canonical form that Sallyport writes.');
}

function invalid(why: string): AppError {
  return new AppError('FORMAT-INVALID', `The trust pack cannot be read. ${why}`);
}
