import type { Check, VerifyReport } from '#shared/contract/evidence.ts';
import type { PublishDecision } from '#shared/contract/releases.ts';
import type { Anchor } from '#shared/contract/trust.ts';
import { matchesModel } from '#engine/core/model-glob.ts';

/** What the decision depends on beside the evidence: the trust store as it is now, not as it was at import. */
export interface PublishSituation {
  readonly model: string;
  readonly anchors: readonly Anchor[];
}

/**
 * May an import become a release? Anything failed: no, and nobody can accept it. Unsigned: only if a person accepts that
 * with a reason. Signed: if the signer is still an anchor of this site for this model. Pure; every reason is given.
 */
export function decidePublish(evidence: VerifyReport | null, situation: PublishSituation): PublishDecision {
  if (evidence === null)
    return refuse([{ id: 'signature', status: 'not-checked', detail: 'Nothing was verified yet.' }]);
  const failed = evidence.checks.filter((check) => check.status === 'failed');
  if (failed.length > 0) return refuse(failed);
  if (evidence.verdict === 'failed' || evidence.signature === 'invalid') return refuse([broken(evidence)]);
  const open = evidence.checks.filter((check) => check.status !== 'verified');
  if (evidence.signature === 'absent')
    return { allowed: false, needsUnsignedAcceptance: true, needsReviewAcceptance: false, reasons: open };
  const objection = findSignerProblem(evidence, situation) ?? findUnsigned(evidence);
  if (objection !== null) return refuse([objection]);
  if (evidence.verdict === 'not-checked') return refuse(open);
  return { allowed: true, needsUnsignedAcceptance: false, needsReviewAcceptance: false, reasons: open };
}

/** Anchors may have been revoked, removed or narrowed since the bytes were verified. */
function findSignerProblem({ signer }: VerifyReport, { model, anchors }: PublishSituation): Check | null {
  // An authority or an identity vouches for a signer whose own key it is not.
  const vouching = [signer?.fingerprint, signer?.anchor?.fingerprint];
  const known = anchors.filter(({ fingerprint }) => vouching.includes(fingerprint));
  const found = signer?.fingerprint ?? 'nobody';
  const first = known[0];
  if (first === undefined) {
    const detail = 'The signature holds, and no anchor of this site knows its key now.';
    return { id: 'identity', status: 'failed', code: 'SIGNER-UNKNOWN', found, detail };
  }
  const revoked = known.find((anchor) => anchor.revokedAt !== null);
  if (revoked !== undefined) {
    const detail = `The key of ${revoked.owner} was revoked at ${revoked.revokedAt ?? ''}: ${revoked.revokedReason ?? ''}`;
    return { id: 'revocation', status: 'failed', code: 'SIGNER-REVOKED', found, detail };
  }
  const globs = known.flatMap((anchor) => anchor.models);
  if (matchesModel(globs, model)) return null;
  return {
    id: 'models',
    status: 'failed',
    code: 'SIGNER-NOT-ALLOWED',
    expected: globs.join(', '),
    found: model,
    detail: `${first.owner} may not sign for ${model} here.`,
  };
}

/** What the signer left out of a signed whole cannot become part of a release, which is signed in full. */
function findUnsigned({ files }: VerifyReport): Check | null {
  if (files.ignored.length === 0) return null;
  const found = files.ignored.slice(0, 20).join(', ');
  const detail = 'The signer left files out of what was signed. Take in a copy without them.';
  return { id: 'files.unsigned', status: 'failed', code: 'POLICY-REFUSED', found, detail };
}

function broken({ verdict, signature }: VerifyReport): Check {
  const detail = `The evidence says verdict ${verdict}, signature ${signature}.`;
  return { id: 'signature', status: 'failed', code: 'SIGNATURE-INVALID', detail };
}

function refuse(reasons: Check[]): PublishDecision {
  return { allowed: false, needsUnsignedAcceptance: false, needsReviewAcceptance: false, reasons };
}
