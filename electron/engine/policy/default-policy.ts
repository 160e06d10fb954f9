import type { Policy, PolicyDocument } from '#shared/contract/policy.ts';
import { canonicalBytes } from '#engine/core/canonical-json.ts';
import { digestOf } from '#engine/core/digest.ts';

/**
 * What holds until a person decides otherwise: what can run code or was not understood may not come in, what is odd is looked
 * at, and who sent unsigned bytes is accepted with a reason.
 */
const builtIn: PolicyDocument = {
  severities: { info: 'note', warning: 'review', high: 'review', critical: 'block' },
  rules: {},
  unsigned: 'review',
  formats: null,
  otherFormat: 'block',
  noOutsideScan: 'off',
};

/** A policy that a person set, as the registry has it. */
interface SetPolicy {
  readonly version: number;
  readonly document: PolicyDocument;
  readonly at: string;
  readonly by: string;
  readonly reason: string;
}

/** The digest that verdicts are bound to: over the document's canonical JSON. */
export function digestOfPolicy(document: PolicyDocument): string {
  return digestOf(canonicalBytes(document));
}

/** A policy as the contract shows it; of null, the one that the program comes with. */
export function policyOf(set: SetPolicy | null): Policy {
  if (set === null) {
    return {
      id: 'built-in',
      version: 0,
      digest: digestOfPolicy(builtIn),
      document: builtIn,
      changedAt: null,
      changedBy: null,
      reason: null,
    };
  }
  const { version, document, at, by, reason } = set;
  return {
    id: 'site',
    version,
    digest: digestOfPolicy(document),
    document,
    changedAt: at,
    changedBy: by,
    reason,
  };
}
