import { z } from 'zod';
import { Digest, ImportId, Timestamp } from '#shared/contract/basics.ts';
import { SignatureOutcome, Signer as ReportSigner, Verdict } from '#shared/contract/evidence.ts';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import { canonicalBytes } from '#engine/core/canonical-json.ts';
import { digestOf, hexOf } from '#engine/core/digest.ts';
import type { Signer } from '#engine/core/signer.ts';
import { type EnvelopeKey, verifyEnvelope } from './dsse.ts';
import { makeStatement, parseStatement, sha256Subject, signStatement } from './statement.ts';

export const VERIFICATION_PREDICATE = 'urn:sallyport:verification:v1';

/** The predicate: what was verified at a moment, by whom, and on what trust data. */
const Verification = z.strictObject({
  release: z.string().max(300),
  importId: ImportId,
  site: z.string().max(96),
  /** The moment that times were judged at. */
  verifiedAt: Timestamp,
  verifiedBy: z.string().max(200),
  /** Fingerprint of the unlocked key; null when only the operating system vouches for the name. */
  verifiedByKey: z.string().max(200).nullable(),
  verdict: Verdict,
  format: z.string().max(300),
  signature: SignatureOutcome,
  signers: z.array(ReportSigner),
  trustAgeDays: z.number().int().nullable(),
  /** The trust pack that counted. */
  trustPack: z.strictObject({ authority: z.string(), number: z.number().int(), digest: Digest }).nullable(),
  /** SHA-256 over the canonical JSON of the whole report. */
  reportDigest: Digest,
  /** Size of the audit log before this act: the record is older than every later entry. */
  logSize: z.number().int().nonnegative(),
});
export type Verification = z.infer<typeof Verification>;

/** Digest by which a record names the report that it is about. */
export function digestOfReport(report: VerifyReport): Digest {
  return digestOf(canonicalBytes(report));
}

/** Signs a record with the site's own key. The subject is the release by its manifest. */
export function signVerification(content: Verification, manifestDigest: Digest, signer: Signer): string {
  const subject = sha256Subject(content.release, hexOf(manifestDigest));
  return new TextDecoder().decode(
    signStatement(makeStatement([subject], VERIFICATION_PREDICATE, Verification.parse(content)), signer),
  );
}

/**
 * What a record proves about this release; a sentence when it is not by the site's key, not about this manifest, or not
 * readable. Never throws.
 */
export function readVerification(
  envelope: string,
  manifestDigest: Digest,
  siteKey: EnvelopeKey,
): Verification | string {
  const outcome = verifyEnvelope(new TextEncoder().encode(envelope), [siteKey]);
  if (outcome.outcome === 'invalid') return 'it is not as this site signed it';
  try {
    const { subject, predicateType, predicate } = parseStatement(outcome.payload);
    const isAbout = subject.length === 1 && subject[0]?.digest['sha256'] === hexOf(manifestDigest);
    const content = Verification.safeParse(predicate).data;
    if (predicateType !== VERIFICATION_PREDICATE || content === undefined) return 'it cannot be read';
    return isAbout ? content : 'it is about other bytes';
  } catch {
    return 'it cannot be read';
  }
}
