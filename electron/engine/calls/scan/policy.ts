import { policySubject } from '#engine/audit/records.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { digestOfPolicy, policyOf } from '#engine/policy/default-policy.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { currentPolicy } from './current-policy.ts';
import { previewPolicy } from './policy-preview.ts';

type Names = 'policy.get' | 'policy.history' | 'policy.set' | 'policy.preview';

/** What this site allows in; a change is a new version, on record with its reason. */
export function policyCalls(context: EngineContext): CallHandlers<Names> {
  const { registry, clock, session } = context;
  return {
    'policy.get': () => currentPolicy(context),
    'policy.history': () => [...registry.policies.list().map(policyOf), policyOf(null)],

    'policy.set': ({ document, reason, basedOn }) => {
      const before = currentPolicy(context);
      if (before.version !== basedOn) {
        throw new AppError('STATE-CONFLICT', 'The policy was changed meanwhile.', {
          expected: `version ${basedOn}`,
          found: `version ${before.version}, by ${before.changedBy ?? 'nobody'}`,
          state: 'Nothing was changed.',
          next: 'Look at the new policy, then change it again.',
        });
      }
      const digest = digestOfPolicy(document);
      if (digest === before.digest) {
        throw new AppError('STATE-CONFLICT', 'The policy says exactly this already.', {
          state: 'Nothing was changed.',
        });
      }
      const row = {
        version: before.version + 1,
        digest,
        document,
        at: timestamp(clock),
        by: session.actor().who,
        reason,
      };
      context.govern(
        {
          act: 'policy.set',
          object: `policy version ${row.version}`,
          subjects: [{ name: `policy version ${row.version}`, digest }, policySubject(row)],
          reason,
          details: { before: before.digest },
        },
        () => registry.policies.add(row),
      );
      context.changed('policy', 'imports', 'releases', 'audit');
      return currentPolicy(context);
    },

    'policy.preview': ({ document }) => previewPolicy(context, document),
  };
}
