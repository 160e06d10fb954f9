import type { Digest } from '#shared/contract/basics.ts';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import type { VerificationRecordRow } from '#engine/registry/verification-records.ts';
import { digestOfReport, signVerification } from '#engine/trust/verification-record.ts';
import type { EngineContext } from '../../context.ts';
import { signersOf } from './affected.ts';

/** What was verified. */
interface Verified {
  readonly importId: string;
  /** `model@version`. */
  readonly name: string;
  readonly manifestDigest: Digest;
}

/**
 * The site's own signed statement "verified at T by P with trust data of age A", as a row that is not written yet. A
 * certificate that expires later does not unmake what it proves (verify-held.ts).
 */
export function recordVerification(
  context: EngineContext,
  { importId, name, manifestDigest }: Verified,
  report: VerifyReport,
): VerificationRecordRow {
  const { session, siteKey, registry, audit } = context;
  const { who, key } = session.actor();
  const pack = registry.trustPacks.current();
  const content = {
    release: name,
    importId,
    site: context.site(),
    verifiedAt: report.checkedAt,
    verifiedBy: who,
    verifiedByKey: key,
    verdict: report.verdict,
    format: report.format,
    signature: report.signature,
    signers: signersOf(report),
    trustAgeDays: report.trustAgeDays,
    trustPack: pack === null ? null : { authority: pack.authority, number: pack.number, digest: pack.digest },
    reportDigest: digestOfReport(report),
    logSize: audit.head().size,
  };
  const envelope = signVerification(content, manifestDigest, siteKey);
  return { importId, manifestDigest, at: report.checkedAt, envelope };
}
