import type { Policy } from '#shared/contract/policy.ts';
import { policyOf } from '#engine/policy/default-policy.ts';
import type { EngineContext } from '../../context.ts';

/** The policy that holds now. */
export function currentPolicy({ registry }: EngineContext): Policy {
  return policyOf(registry.policies.newest());
}
