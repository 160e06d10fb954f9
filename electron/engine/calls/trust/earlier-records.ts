import type { Digest } from '#shared/contract/basics.ts';
import { findProofProblem } from '#engine/audit/check-proof.ts';
import { verificationSubject } from '#engine/audit/records.ts';
import { wasFreshEnough } from '#engine/policy/trust-policy.ts';
import type { VerificationRecordRow } from '#engine/registry/verification-records.ts';
import type { EarlierRecords } from '#engine/trust/excuse-expiry.ts';
import { readVerification, type Verification } from '#engine/trust/verification-record.ts';
import type { EngineContext } from '../../context.ts';
import { trustPolicyInForce } from './trust-status.ts';

/** Bytes that this site may have verified before. */
interface Subject {
  readonly importId: string;
  readonly manifestDigest: Digest | null;
}

/**
 * This site's own records about the same bytes, as far as they count by the policy of now: signed by the site's key, in its log,
 * and made on trust data that was fresh enough. Why one does not is said.
 */
export function earlierRecords(
  context: EngineContext,
  { importId, manifestDigest }: Subject,
): () => EarlierRecords {
  return () => {
    if (trustPolicyInForce(context).policy.expired === 'fail') {
      return { counting: [], refused: ['By the policy no earlier verification excuses that.'] };
    }
    const counting: Verification[] = [];
    const refused: string[] = [];
    for (const row of context.registry.verificationRecords.list(importId)) {
      const record = judgeRecord(context, row, manifestDigest);
      if (typeof record === 'string')
        refused.push(`The record of this site of ${row.at} does not count: ${record}.`);
      else counting.push(record);
    }
    return { counting, refused };
  };
}

function judgeRecord(
  context: EngineContext,
  row: VerificationRecordRow,
  manifestDigest: Digest | null,
): Verification | string {
  const { audit, siteKey } = context;
  if (manifestDigest === null) return 'it is about other bytes';
  const record = readVerification(row.envelope, manifestDigest, siteKey);
  if (typeof record === 'string') return record;
  if (record.importId !== row.importId || record.verifiedAt !== row.at) return 'its row was changed';
  const proof = audit.proofOf(verificationSubject(row));
  if (proof === null || findProofProblem(proof, audit.verifierKey) !== null)
    return 'it is not in the audit log';
  if (wasFreshEnough(trustPolicyInForce(context).policy, record.trustAgeDays)) return record;
  return `the trust data it was made with was ${record.trustAgeDays ?? 'an unknown number of'} days old`;
}
