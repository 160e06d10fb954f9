import type { Check, Signer, VerifyReport } from '#shared/contract/evidence.ts';
import type { PublishDecision } from '#shared/contract/releases.ts';
import type { Anchor } from '#shared/contract/trust.ts';
import type { TrustPolicy } from '#shared/contract/trust-policy.ts';
import { matchesModel } from '#engine/core/model-glob.ts';
import { checkSigners, type ProvenSigner } from './trust-policy.ts';

/** What the decision depends on beside the evidence: the trust store as it is now, not as it was at import. */
export interface PublishSituation {
  readonly model: string;
  readonly anchors: readonly Anchor[];
  /** What is known of these bytes and their signers since: revocations, and certificates that expired, excused or not. */
  readonly objections: readonly Check[];
  readonly trust: TrustPolicy;
  /** Who waived the invalid signature of this very release, and why; null when nobody did. */
  readonly waiver: { readonly by: string; readonly reason: string } | null;
}

/**
 * May an import become a release? Anything failed: no, and nobody can accept it, but for a signature that does not hold and
 * that a person waived for this digest. Unsigned: only if a person accepts that with a reason. Signed: if the signers are
 * still anchors of this site for this model, and as many as the policy asks for. Pure; every reason is given.
 */
export function decidePublish(evidence: VerifyReport | null, situation: PublishSituation): PublishDecision {
  if (evidence === null)
    return refuse([{ id: 'signature', status: 'not-checked', detail: 'Nothing was verified yet.' }]);
  // The policy's own check is made anew, since both the policy and the anchors may have changed.
  const found = evidence.checks.filter(({ id }) => id !== 'policy.signers');
  const signed = standingSigners(evidence, situation);
  const checks = [
    ...found.map((check) => waive(check, situation)),
    ...situation.objections,
    ...checkSigners(situation.trust, situation.model, signed),
  ];
  const failed = checks.filter((check) => check.status === 'failed');
  if (failed.length > 0) return refuse(failed);
  const isWaived = evidence.signature === 'invalid' && situation.waiver !== null;
  const isBroken = evidence.signature === 'invalid' && !isWaived;
  const wasFailed = evidence.verdict === 'failed' && !isWaived && !failedByPolicyAlone(evidence);
  if (wasFailed || isBroken) return refuse([broken(evidence)]);
  const open = checks.filter((check) => check.status !== 'verified');
  if (evidence.signature === 'absent')
    return { allowed: false, needsUnsignedAcceptance: true, needsReviewAcceptance: false, reasons: open };
  const objection =
    (isWaived && evidence.signer === null ? null : findSignerProblem(evidence, situation)) ??
    findUnsigned(evidence);
  if (objection !== null) return refuse([objection]);
  if (evidence.verdict === 'not-checked') return refuse(open);
  return { allowed: true, needsUnsignedAcceptance: false, needsReviewAcceptance: false, reasons: open };
}

/** A waived signature stays invalid: it is shown as a warning with its code, and never as absent or good. */
function waive(check: Check, { waiver }: PublishSituation): Check {
  if (waiver === null || check.id !== 'signature' || check.code !== 'SIGNATURE-INVALID') return check;
  const detail = [check.detail, `Waived by ${waiver.by}: ${waiver.reason}`].filter(Boolean).join(' ');
  return { ...check, status: 'warning', detail };
}

/** The evidence was judged by a policy that asked for more signers than the one of now does. */
function failedByPolicyAlone({ checks }: VerifyReport): boolean {
  const failed = checks.filter(({ status }) => status === 'failed');
  return failed.length > 0 && failed.every(({ id }) => id === 'policy.signers');
}

/** The signers whom an anchor of now still vouches for, for this model. */
function standingSigners(evidence: VerifyReport, situation: PublishSituation): ProvenSigner[] {
  return signersOf(evidence).flatMap((signer) => {
    if (problemOf(signer, situation) !== null) return [];
    const [anchor] = anchorsOf(signer, situation.anchors);
    return anchor === undefined ? [] : [{ owner: anchor.owner, format: signer.format ?? evidence.format }];
  });
}

/** Reports of earlier versions name only one. */
function signersOf({ signer, signers }: VerifyReport): Signer[] {
  return signers.length > 0 || signer === null ? signers : [signer];
}

/** Anchors may have been revoked, removed or narrowed since the bytes were verified. */
function findSignerProblem(evidence: VerifyReport, situation: PublishSituation): Check | null {
  const signers = signersOf(evidence);
  if (signers.length === 0) return unknown('nobody');
  return signers.map((signer) => problemOf(signer, situation)).find((problem) => problem !== null) ?? null;
}

/** An authority or an identity vouches for a signer whose own key it is not. */
function anchorsOf(signer: Signer, anchors: readonly Anchor[]): Anchor[] {
  const vouching = [signer.fingerprint, signer.anchor?.fingerprint];
  return anchors.filter(({ fingerprint }) => vouching.includes(fingerprint));
}

function problemOf(signer: Signer, { model, anchors }: PublishSituation): Check | null {
  const found = signer.fingerprint;
  const known = anchorsOf(signer, anchors);
  const first = known[0];
  if (first === undefined) return unknown(found);
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

function unknown(found: string): Check {
  const detail = 'The signature holds, and no anchor of this site knows its key now.';
  return { id: 'identity', status: 'failed', code: 'SIGNER-UNKNOWN', found, detail };
}

function broken({ verdict, signature }: VerifyReport): Check {
  const detail = `The evidence says verdict ${verdict}, signature ${signature}.`;
  return { id: 'signature', status: 'failed', code: 'SIGNATURE-INVALID', detail };
}

function refuse(reasons: Check[]): PublishDecision {
  return { allowed: false, needsUnsignedAcceptance: false, needsReviewAcceptance: false, reasons };
}
