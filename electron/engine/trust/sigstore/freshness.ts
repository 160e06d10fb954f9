import type { Check } from '#shared/contract/evidence.ts';
import type { TrustQuestion } from '../trust-question.ts';
import type { SigstoreRoot } from './trusted-root.ts';

const DAY_MS = 86_400_000;

/** Which root was used and how old it is: an authority that was withdrawn since is not known to be. */
export function freshnessCheck({ label, newestEntry }: SigstoreRoot, { at, policy }: TrustQuestion): Check {
  const days =
    newestEntry === null ? null : Math.max(0, Math.floor((at.getTime() - newestEntry.getTime()) / DAY_MS));
  const age = days === null ? 'of unknown age' : `newest entry ${days} days old`;
  const check = { id: 'freshness', found: `${label}, ${age}` };
  const limit = policy.staleAfterDays;
  if (limit === null) return { ...check, status: 'verified' };
  const expected = `a root whose newest entry is at most ${limit} days old`;
  if (days !== null && days <= limit) return { ...check, status: 'verified', expected };
  return { ...check, status: 'warning', code: 'TRUST-OUTDATED', expected };
}
