import { AppError } from '#engine/core/app-error.ts';
import { toAnchor, type TrustAnchor } from '#engine/trust/anchor.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { findAnchor } from './anchors.ts';

/** Changes what an anchor counts for. The key, its owner and its age stay as they are. */
export function limitAnchorCalls(context: EngineContext): CallHandlers<'anchors.limit'> {
  const { registry } = context;
  return {
    'anchors.limit': ({ id, models, formats, purposes, expiresAt, reason }) => {
      const anchor = findAnchor(context, id);
      refuseLimiting(anchor);
      const limits = {
        models: [...new Set(models)],
        formats: [...new Set(formats)],
        purposes: [...new Set(purposes)],
        expiresAt,
      };
      const [before, after] = [describeLimits(anchor), describeLimits(limits)];
      if (before === after) {
        throw new AppError('STATE-CONFLICT', `The anchor of ${anchor.owner} counts for just that already.`, {
          state: 'Nothing was changed.',
        });
      }
      const details = { anchor: id, fingerprint: anchor.fingerprint, before, after };
      context.govern({ act: 'anchor.limit', object: anchor.owner, reason, details }, () =>
        registry.anchors.limit(id, limits),
      );
      context.changed('anchors', 'trust', 'audit');
      return toAnchor(findAnchor(context, id));
    },
  };
}

function refuseLimiting({ owner, revokedAt, pack }: TrustAnchor): void {
  if (revokedAt !== null) {
    throw new AppError('STATE-CONFLICT', `The anchor of ${owner} was revoked at ${revokedAt}.`, {
      state: 'It stays revoked, for everything.',
    });
  }
  if (pack === null) return;
  throw new AppError('STATE-CONFLICT', `The anchor of ${owner} came with trust pack ${pack}.`, {
    state: 'It counts for what the pack says.',
    next: 'Ask the issuer of the pack to limit it in the next one, or revoke it here.',
  });
}

type Limits = Pick<TrustAnchor, 'models' | 'formats' | 'purposes' | 'expiresAt'>;

/** As the log keeps them. */
function describeLimits({ models, formats, purposes, expiresAt }: Limits): string {
  const parts = [
    `models ${models.join(', ')}`,
    `formats ${formats.length === 0 ? 'any' : formats.join(', ')}`,
    `purposes ${purposes.join(', ')}`,
    `until ${expiresAt ?? 'no end'}`,
  ];
  return parts.join('; ');
}
