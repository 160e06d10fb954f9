import type { VerifyReport } from '#shared/contract/evidence.ts';
import { checkFreshness, checkRoots, checkSigners, type ProvenSigner } from '#engine/policy/trust-policy.ts';
import { judge } from '#engine/trust/judge.ts';
import type { TrustBasis } from '#engine/trust/trust-question.ts';
import type { EngineContext } from '../../context.ts';
import { signersOf } from './affected.ts';
import { trustPolicyInForce } from './trust-status.ts';

/** What every verification at this site stands on now. Times are judged at `at`, else now, but never before the clock floor. */
export function trustNow({ registry, floor }: EngineContext, at?: Date): TrustBasis {
  return {
    anchors: registry.anchors.list(),
    revocations: registry.revocations.list(),
    at: at ?? floor.now(),
  };
}

/**
 * A report with what the site's own policy says to it: enough signers for the model, trust data that is fresh enough, a clock
 * that can be right, unless another time than now was asked for. The verdict is judged anew; nothing that failed is taken back.
 * `model` is null where none is named.
 */
export function underPolicy(
  context: EngineContext,
  report: VerifyReport,
  { model, isNow = true }: { model: string | null; isNow?: boolean },
): VerifyReport {
  const { policy } = trustPolicyInForce(context);
  const freshness = checkFreshness(policy, report.trustAgeDays);
  const checks = [
    ...report.checks,
    ...(model === null ? [] : checkSigners(policy, model, provenSigners(report))),
    ...(freshness === null ? [] : [freshness]),
    ...checkRoots(policy, signersOf(report), new Date(report.checkedAt)),
    ...(isNow ? context.floor.checks() : []),
  ];
  return { ...report, checks, verdict: judge(checks) };
}

/** Everybody whose signature holds and whom an anchor knows. */
export function provenSigners(report: VerifyReport): ProvenSigner[] {
  return signersOf(report).flatMap(({ anchor, format }) =>
    anchor === undefined ? [] : [{ owner: anchor.owner, format: format ?? report.format }],
  );
}
