import { z } from 'zod';
import { Digest, Timestamp } from '#shared/contract/basics.ts';
import { RuleId, WaiverId } from '#shared/contract/policy.ts';
import { hexOf } from '#engine/core/digest.ts';
import type { Signer } from '#engine/core/signer.ts';
import type { WaiverRow } from '#engine/registry/waivers.ts';
import { verifyEnvelope } from '#engine/trust/dsse.ts';
import {
  IN_TOTO_PAYLOAD_TYPE,
  makeStatement,
  parseStatement,
  sha256Subject,
  signStatement,
} from '#engine/trust/statement.ts';

const WAIVER_PREDICATE = 'urn:sallyport:waiver:v1';

/** What is signed: the whole waiver, so that no row can say anything else. */
const WaiverContent = z.strictObject({
  id: WaiverId,
  subject: Digest,
  rule: RuleId,
  object: z.string(),
  reason: z.string(),
  grantedAt: Timestamp,
  grantedBy: z.string(),
  expiresAt: Timestamp.nullable(),
});
export type WaiverContent = z.infer<typeof WaiverContent>;

/** Signs a waiver: an in-toto statement about the digest in a DSSE envelope. */
export function signWaiver(content: WaiverContent, signer: Signer): WaiverRow {
  const subject = sha256Subject(content.object, hexOf(content.subject));
  const envelope = signStatement(makeStatement([subject], WAIVER_PREDICATE, { ...content }), signer);
  return {
    ...content,
    key: signer.fingerprint,
    publicKey: signer.publicKey,
    envelope: new TextDecoder().decode(envelope),
  };
}

/** Does the envelope hold for the row's key, and say what the row says? Never throws. */
export function isWaiverSigned(row: WaiverRow): boolean {
  const key = { fingerprint: row.key, publicKey: row.publicKey };
  const outcome = verifyEnvelope(new TextEncoder().encode(row.envelope), [key]);
  if (outcome.outcome === 'invalid' || outcome.payloadType !== IN_TOTO_PAYLOAD_TYPE) return false;
  try {
    const { predicateType, predicate, subject } = parseStatement(outcome.payload);
    if (predicateType !== WAIVER_PREDICATE) return false;
    if (subject.length !== 1 || subject[0]?.digest['sha256'] !== hexOf(row.subject)) return false;
    const signed = WaiverContent.safeParse(predicate);
    return signed.success && fields.every((field) => signed.data[field] === row[field]);
  } catch {
    return false;
  }
}

const fields = Object.keys(WaiverContent.shape) as (keyof WaiverContent)[];
