import type { Digest } from '#shared/contract/basics.ts';
import type { Waiver } from '#shared/contract/policy.ts';
import { isWaiverSigned, signWaiver } from '#engine/access/waiver-document.ts';
import { waiverRevocationSubject, waiverSubject } from '#engine/audit/records.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { newId } from '#engine/core/ids.ts';
import type { ActiveWaiver } from '#engine/policy/waives.ts';
import type { WaiverRow } from '#engine/registry/waivers.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';

type Names = 'waivers.add' | 'waivers.list' | 'waivers.revoke';

/** Recorded, signed decisions to accept one rule for one digest. */
export function waiverCalls(context: EngineContext): CallHandlers<Names> {
  const { registry, clock, session } = context;
  return {
    'waivers.add': ({ subject, rule, object, reason, expiresAt }) => {
      const signer = session.signer();
      const grantedAt = timestamp(clock);
      if (expiresAt !== undefined && expiresAt <= grantedAt) {
        throw new AppError('USAGE', `A waiver until ${expiresAt} would be over already.`, {
          state: 'Nothing was waived.',
        });
      }
      const content = { id: newId('wvr'), subject, rule, object, reason, grantedAt, grantedBy: signer.name };
      const row = signWaiver({ ...content, expiresAt: expiresAt ?? null }, signer);
      context.govern(
        {
          act: 'waiver.grant',
          object,
          subjects: [{ name: object, digest: subject }, waiverSubject(row)],
          reason,
          details: { waiver: row.id, rule, ...(expiresAt === undefined ? {} : { until: expiresAt }) },
        },
        () => registry.waivers.add(row),
      );
      context.changed('waivers', 'imports', 'releases', 'audit');
      return findWaiver(context, row.id);
    },

    'waivers.list': ({ subject }) => listWaivers(context, subject),

    'waivers.revoke': ({ id, reason }) => {
      const waiver = findWaiver(context, id);
      if (waiver.revoked !== null) {
        throw new AppError('STATE-CONFLICT', `The waiver was revoked at ${waiver.revoked.at} already.`);
      }
      const row = { waiverId: id, at: timestamp(clock), by: session.actor().who, reason };
      context.govern(
        {
          act: 'waiver.revoke',
          object: waiver.object,
          subjects: [waiverRevocationSubject(row)],
          reason,
          details: { waiver: id, rule: waiver.rule },
        },
        () => registry.waivers.revoke(row),
      );
      context.changed('waivers', 'imports', 'releases', 'audit');
      return findWaiver(context, id);
    },
  };
}

/** The waivers that count now, of one digest or all: signed, not expired, not revoked. */
export function activeWaivers(context: EngineContext, subject?: Digest): ActiveWaiver[] {
  return listWaivers(context, subject).filter(({ state }) => state === 'active');
}

/** Newest first, each with what became of it. */
export function listWaivers({ registry, clock }: EngineContext, subject?: Digest): Waiver[] {
  const revocations = new Map(registry.waivers.revocations().map((row) => [row.waiverId, row]));
  const now = timestamp(clock);
  return registry.waivers.list(subject).map((row): Waiver => {
    const { publicKey: _publicKey, ...shown } = row;
    const revocation = revocations.get(row.id);
    const revoked =
      revocation === undefined ? null : { at: revocation.at, by: revocation.by, reason: revocation.reason };
    return { ...shown, revoked, state: stateOf(row, revoked !== null, now) };
  });
}

function stateOf(row: WaiverRow, isRevoked: boolean, now: string): Waiver['state'] {
  if (!isWaiverSigned(row)) return 'invalid';
  if (isRevoked) return 'revoked';
  return row.expiresAt !== null && row.expiresAt <= now ? 'expired' : 'active';
}

function findWaiver(context: EngineContext, id: string): Waiver {
  const row = context.registry.waivers.get(id);
  const waiver = listWaivers(context, row?.subject).find((each) => each.id === id);
  if (waiver === undefined) throw new AppError('NOT-FOUND', `There is no waiver ${id}.`);
  return waiver;
}
