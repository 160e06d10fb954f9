import { Digest } from '#shared/contract/basics.ts';
import type { Revocation } from '#shared/contract/trust.ts';
import type { SiteRevocation } from '#shared/contract/trust-store.ts';
import { liftingSubject, revocationSubject, type Subject } from '#engine/audit/records.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { newId } from '#engine/core/ids.ts';
import type { NewRevocation, RevocationRow } from '#engine/registry/revocations.ts';
import type { CallHandlers, EngineContext, GovernedAct } from '../../context.ts';
import { affectedBy } from './affected.ts';

type Names =
  'trust.revocations.list' | 'trust.revocations.affects' | 'trust.revocations.add' | 'trust.revocations.lift';

/** What no longer counts, whatever vouches for it, and what that hits. */
export function revocationCalls(context: EngineContext): CallHandlers<Names> {
  const { registry, clock, session } = context;
  return {
    'trust.revocations.list': ({ lifted }) =>
      (lifted ? registry.revocations.all() : registry.revocations.list()).map((row) =>
        describe(context, row),
      ),

    'trust.revocations.affects': ({ kind, value }) =>
      affectedBy(registry, [{ kind, value, reason: '', revokedAt: timestamp(clock) }]),

    'trust.revocations.add': ({ kind, value, reason }) => {
      refuseMalformed(kind, value);
      const known = registry.revocations.find(kind, value);
      if (known !== null) {
        throw new AppError('ALREADY-EXISTS', `${value} was revoked already: ${known.reason}`, {
          state: 'It stays revoked.',
          next: 'Nothing needs to be done.',
        });
      }
      const at = timestamp(clock);
      const row: NewRevocation = {
        id: newId('rev', 4),
        kind,
        value,
        reason,
        revokedAt: at,
        recordedAt: at,
        recordedBy: session.actor().who,
        pack: null,
      };
      context.govern({ ...actOn('revocation.add', row, revocationSubject(row)), reason }, () =>
        registry.revocations.add(row),
      );
      context.changed('trust', 'releases', 'imports', 'audit');
      return describe(context, findRevocation(context, row.id));
    },

    'trust.revocations.lift': ({ id, reason }) => {
      const row = findRevocation(context, id);
      refuseLifting(row);
      const lifting = {
        id,
        liftedAt: timestamp(clock),
        liftedBy: session.actor().who,
        liftedReason: reason,
      };
      context.govern({ ...actOn('revocation.lift', row, liftingSubject(lifting)), reason }, () =>
        registry.revocations.lift(lifting),
      );
      context.changed('trust', 'releases', 'imports', 'audit');
      return describe(context, findRevocation(context, id));
    },
  };
}

/** A slip of the pen would revoke nothing and look as if it did. */
function refuseMalformed(kind: Revocation['kind'], value: string): void {
  const form = {
    digest: { isGood: Digest.safeParse(value).success, expected: 'sha256: and 64 lower-case hex digits' },
    key: { isGood: /^[A-Za-z0-9-]+:\S{8,}$/.test(value), expected: 'a whole fingerprint, e.g. SHA256:…' },
    certificate: {
      isGood: /^(?:[0-9a-f]+@[A-Za-z0-9-]+:\S{8,}|x509:[0-9a-f]{64})$/.test(value),
      expected:
        'serial in lower-case hex, @, fingerprint of the issuer’s key; or x509: and the SHA-256 of its DER',
    },
  }[kind];
  if (form.isGood) return;
  throw new AppError('USAGE', `${value} is not a ${kind} that can be revoked.`, {
    expected: form.expected,
    found: value,
    state: 'Nothing was revoked.',
  });
}

function refuseLifting(row: RevocationRow): void {
  if (row.liftedAt !== null) {
    throw new AppError('STATE-CONFLICT', `${row.value} was lifted on ${row.liftedAt} already.`);
  }
  if (row.pack === null) return;
  throw new AppError('STATE-CONFLICT', `This revocation came with trust pack ${row.pack} and stays.`, {
    state: 'It stays in force.',
    next: 'Ask the issuer of the pack. What was revoked by a pack is not lifted at one site.',
  });
}

function findRevocation({ registry }: EngineContext, id: string): RevocationRow {
  const row = registry.revocations.get(id);
  if (row === null) throw new AppError('NOT-FOUND', `There is no revocation ${id}.`);
  return row;
}

function describe({ registry }: EngineContext, row: RevocationRow): SiteRevocation {
  const nothing = { releases: [], channels: [], servers: [], imports: [] };
  return { ...row, affects: row.liftedAt === null ? affectedBy(registry, [row]) : nothing };
}

function actOn(act: string, { id, kind, value }: NewRevocation, record: Subject): GovernedAct {
  const revoked = kind === 'digest' ? [{ name: 'revoked', digest: value }] : [];
  return { act, object: value, subjects: [...revoked, record], details: { revocation: id, kind } };
}
