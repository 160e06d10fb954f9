import type { Check } from '#shared/contract/evidence.ts';
import { TrustPolicyInForce } from '#shared/contract/trust-policy.ts';
import type { TrustStatus } from '#shared/contract/trust-status.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { checkFreshness, defaultTrustPolicy, findPolicyProblem } from '#engine/policy/trust-policy.ts';
import { ageInDays } from '#engine/trust/identify.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { describeAccepted } from './trust-packs.ts';

const SETTING = 'trust.policy';
const DAY_MS = 86_400_000;

/** The policy of trust, and how old and how sure everything is that verification relies on. */
export function trustStatusCalls(
  context: EngineContext,
): CallHandlers<'trust.status' | 'trust.policy.get' | 'trust.policy.set'> {
  const { registry, clock, session } = context;
  return {
    'trust.status': () => trustStatus(context),
    'trust.policy.get': () => trustPolicyInForce(context),
    'trust.policy.set': ({ policy, reason }) => {
      const problem = findPolicyProblem(policy);
      if (problem !== null) {
        throw new AppError('USAGE', problem, { state: 'The policy stays as it was.' });
      }
      const inForce: TrustPolicyInForce = { policy, setAt: timestamp(clock), setBy: session.actor().who };
      const details = {
        rules: String(policy.signers.length),
        warnDays: String(policy.freshness.warnDays ?? 'never'),
        failDays: String(policy.freshness.failDays ?? 'never'),
        rootWarnDays: String(policy.freshness.rootWarnDays ?? 'never'),
        expired: policy.expired,
      };
      context.govern({ act: 'trust.set-policy', object: 'policy of trust', reason, details }, () =>
        registry.settings.set(SETTING, JSON.stringify(inForce)),
      );
      context.changed('trust', 'imports', 'audit');
      return inForce;
    },
  };
}

/** The policy that somebody set, else the one that Sallyport comes with. */
export function trustPolicyInForce({ registry }: EngineContext): TrustPolicyInForce {
  const text = registry.settings.get(SETTING);
  if (text === null) return { policy: defaultTrustPolicy, setAt: null, setBy: null };
  return TrustPolicyInForce.parse(JSON.parse(text));
}

/** Everything about trust data that has an age. */
export function trustStatus(context: EngineContext): TrustStatus {
  const { registry, clock, floor } = context;
  const at = floor.now();
  const packs = registry.trustPacks.list().map(describeAccepted);
  const pack = packs[0] ?? null;
  const known = floor.floor();
  return {
    policy: trustPolicyInForce(context),
    pack,
    packs,
    packAgeDays: pack === null ? null : ageOf(pack.createdAt, at),
    oldestAnchorDays: oldestAnchorDays(context, at),
    clock: {
      now: timestamp(clock),
      floor: known?.at ?? null,
      floorSource: known?.source ?? null,
      behind: floor.behind() !== null,
    },
    checks: trustChecks(context, pack),
  };
}

/** Whole days since the anchor in force that was confirmed longest ago; null without anchors. */
export function oldestAnchorDays({ registry }: EngineContext, at: Date): number | null {
  const inForce = registry.anchors.list().filter(({ revokedAt }) => revokedAt === null);
  return inForce.length === 0 ? null : Math.max(...inForce.map((anchor) => ageInDays(anchor, at)));
}

/** What doctor and the Trust place say: ages, limits, anchors past their time, the clock. */
export function trustChecks(context: EngineContext, pack: TrustStatus['pack']): Check[] {
  const at = context.floor.now();
  const freshness = checkFreshness(trustPolicyInForce(context).policy, oldestAnchorDays(context, at));
  return [
    ...(freshness === null ? [] : [{ ...freshness, id: 'trust.age' }]),
    ...(pack === null ? [] : [checkPackAge(pack, at)]),
    ...checkExpired(context, at),
    ...clockChecks(context),
  ].map((check): Check => (check.status === 'failed' ? { ...check, status: 'warning' } : check));
}

function checkPackAge(pack: NonNullable<TrustStatus['pack']>, at: Date): Check {
  const age = ageOf(pack.createdAt, at);
  const check = {
    id: 'trust.pack',
    path: `trust pack ${pack.number} of ${pack.authority}`,
    expected: `at most ${pack.maxAgeDays} days old`,
    found: `${age} days old`,
  };
  if (age <= pack.maxAgeDays) return { ...check, status: 'verified' };
  const detail = 'The pack is past its limit: its anchors no longer count. Bring a newer one.';
  return { ...check, status: 'warning', code: 'TRUST-OUTDATED', detail };
}

function checkExpired({ registry }: EngineContext, at: Date): Check[] {
  return registry.anchors
    .list()
    .filter(
      ({ revokedAt, expiresAt }) =>
        revokedAt === null && expiresAt !== null && Date.parse(expiresAt) <= at.getTime(),
    )
    .map(({ owner, fingerprint, expiresAt }): Check => {
      const detail = `The anchor of ${owner} stopped to count.`;
      return {
        id: 'trust.expired',
        status: 'warning',
        code: 'SIGNER-EXPIRED',
        path: fingerprint,
        found: `until ${expiresAt ?? ''}`,
        detail,
      };
    });
}

function clockChecks({ floor }: EngineContext): Check[] {
  const problems = floor.checks();
  const known = floor.floor();
  if (problems.length > 0 || known === null) return problems;
  const detail = `Not behind ${known.source}, the newest signed time that was seen.`;
  return [{ id: 'clock', status: 'verified', expected: `not before ${known.at}`, detail }];
}

function ageOf(time: string, at: Date): number {
  return Math.max(0, Math.floor((at.getTime() - Date.parse(time)) / DAY_MS));
}
