import { z } from 'zod';
import { AppError } from '#engine/core/app-error.ts';
import { canonicalBytes } from '#engine/core/canonical-json.ts';
import type { Signer } from '#engine/core/signer.ts';
import { parseStrictJson } from '#engine/core/strict-json.ts';
import { explainIssues } from '#engine/core/zod-issues.ts';
import { MAX_ENVELOPE_BYTES, signEnvelope } from './dsse.ts';

export const IN_TOTO_PAYLOAD_TYPE = 'application/vnd.in-toto+json';
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';

const DigestSet = z.record(z.string().max(64), z.string().regex(/^[0-9a-f]{16,256}$/));

/** An in-toto Statement (in-toto/attestation, spec/v1/statement.md). The predicate is read by its own schema afterwards. */
export const Statement = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z
    .array(z.object({ name: z.string().max(4096).optional(), digest: DigestSet }))
    .min(1)
    .max(1_000_000),
  predicateType: z.string().min(1).max(512),
  predicate: z.record(z.string(), z.unknown()).optional(),
});
export type Statement = z.infer<typeof Statement>;
export type Subject = Statement['subject'][number];

/** A subject that is named by its SHA-256, 64 hex digits. */
export function sha256Subject(name: string, hex: string): Subject {
  return { name, digest: { sha256: hex } };
}

/** An in-toto Statement v1 over these subjects; nothing is signed yet. */
export function makeStatement(
  subject: Subject[],
  predicateType: string,
  predicate: Record<string, unknown>,
): Statement {
  return { _type: STATEMENT_TYPE, subject, predicateType, predicate };
}

/** A DSSE envelope over the statement's canonical JSON. */
export function signStatement(statement: Statement, signer: Signer): Uint8Array {
  return signEnvelope(IN_TOTO_PAYLOAD_TYPE, canonicalBytes(statement), signer);
}

/** Reads a statement strictly (see parseStrictJson). Throws FORMAT-INVALID; a newer `_type` is FORMAT-NEWER. */
export function parseStatement(payload: Uint8Array): Statement {
  const json = parseStrictJson(payload, { maxBytes: MAX_ENVELOPE_BYTES });
  const parsed = Statement.safeParse(json);
  if (parsed.success) return parsed.data;
  const type = z.object({ _type: z.string().max(256) }).safeParse(json).data?._type;
  if (type?.startsWith('https://in-toto.io/Statement/') && type !== STATEMENT_TYPE) {
    throw new AppError('FORMAT-NEWER', 'The in-toto statement is of another version.', {
      expected: STATEMENT_TYPE,
      found: type,
    });
  }
  throw new AppError('FORMAT-INVALID', `This is not an in-toto statement. ${explainIssues(parsed.error)}`);
}
