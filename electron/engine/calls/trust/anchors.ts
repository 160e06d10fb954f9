import path from 'node:path';
import type { ParsedInput } from '#shared/contract/calls.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { newId } from '#engine/core/ids.ts';
import {
  type AnchorMaterial,
  anchorsWithKey,
  ed25519KeyOf,
  toAnchor,
  toCandidate,
  type TrustAnchor,
} from '#engine/trust/anchor.ts';
import { anchorIdentity } from '#engine/trust/pack/trust-pack.ts';
import { isFingerprint } from '#engine/trust/read-anchors.ts';
import type { CallHandlers, EngineContext, GovernedAct } from '../../context.ts';
import { readAnchors } from './anchor-files.ts';

type Names =
  | 'anchors.inspect'
  | 'anchors.add'
  | 'anchors.refresh'
  | 'anchors.list'
  | 'anchors.history'
  | 'anchors.remove'
  | 'anchors.revoke';

/** Whose signatures count, for which models. */
export function anchorCalls(context: EngineContext): CallHandlers<Names> {
  const { registry, clock, session, locations } = context;
  return {
    'anchors.inspect': async ({ source }) => {
      const keys = await readAnchors(locations.resolve(source));
      return keys.map(toCandidate);
    },

    'anchors.add': async (input) => {
      const file = locations.resolve(input.source);
      const found = confirmedKey(await readAnchors(file), input.fingerprint, file);
      const key = { ...found, ...keylessOf(found, input) };
      refuseKnownKey(registry.anchors.list(), key);
      const anchor: TrustAnchor = {
        ...key,
        id: newId('anchor', 4),
        owner: input.owner,
        models: input.models,
        formats: input.formats,
        purposes: [...new Set(input.purposes)],
        source: path.basename(file),
        addedAt: timestamp(clock),
        refreshedAt: timestamp(clock),
        expiresAt: input.expiresAt ?? null,
        addedBy: session.actor().who,
        revokedAt: null,
        revokedReason: null,
        pack: null,
      };
      context.govern(actOn('anchor.add', anchor), () => registry.anchors.add(anchor));
      context.changed('anchors', 'trust', 'audit');
      return toAnchor(anchor);
    },

    'anchors.refresh': async ({ id, source, fingerprint }) => {
      const anchor = findAnchor(context, id);
      refuseRefresh(anchor);
      const file = locations.resolve(source);
      const found = confirmedKey(await readAnchors(file), fingerprint, file);
      if (found.fingerprint !== anchor.fingerprint || found.kind !== anchor.kind)
        throw anotherKey(anchor, found);
      const { material, comment, validFrom, validUntil } = found;
      const { expiresAt, pack } = anchor;
      const refreshed = { material, comment, validFrom, validUntil, expiresAt, pack };
      context.govern(actOn('anchor.refresh', anchor), () =>
        registry.anchors.refresh(id, { ...refreshed, refreshedAt: timestamp(clock) }),
      );
      context.changed('anchors', 'trust', 'audit');
      return toAnchor(findAnchor(context, id));
    },

    'anchors.history': () =>
      registry.anchors.history().map(({ anchor, retirement: { at, by, reason } }) => {
        return { ...toAnchor(anchor), retiredAt: at, retiredBy: by, retiredReason: reason };
      }),

    'anchors.list': () => registry.anchors.list().map(toAnchor),

    'anchors.remove': ({ id, reason }) => {
      const anchor = findAnchor(context, id);
      if (anchor.revokedAt !== null) {
        throw new AppError(
          'STATE-CONFLICT',
          `The anchor of ${anchor.owner} is revoked and stays on record.`,
          {
            state: 'Its signatures are known as revoked.',
            next: 'Nothing needs to be done.',
          },
        );
      }
      if (anchor.pack !== null) {
        throw new AppError('STATE-CONFLICT', `This anchor came with trust pack ${anchor.pack}.`, {
          state: 'It stays, since the next pack would bring it back.',
          next: 'Revoke it, or ask the issuer of the pack to leave it out.',
        });
      }
      const retirement = { at: timestamp(clock), by: session.actor().who, reason };
      context.govern({ ...actOn('anchor.remove', anchor), reason }, () =>
        registry.anchors.retire(id, retirement),
      );
      context.changed('anchors', 'trust', 'audit');
      return {};
    },

    'anchors.revoke': ({ id, reason }) => {
      const anchor = findAnchor(context, id);
      if (anchor.revokedAt !== null) {
        throw new AppError(
          'STATE-CONFLICT',
          `The anchor of ${anchor.owner} was revoked at ${anchor.revokedAt}.`,
        );
      }
      const at = timestamp(clock);
      context.govern({ ...actOn('anchor.revoke', anchor), reason }, () =>
        registry.anchors.revoke(id, at, reason),
      );
      context.changed('anchors', 'trust', 'audit');
      return toAnchor(findAnchor(context, id));
    },
  };
}

/** The person compared a fingerprint; only the key that has it is taken. */
function confirmedKey(keys: readonly AnchorMaterial[], fingerprint: string, file: string): AnchorMaterial {
  const key = keys.find((candidate) => isFingerprint(fingerprint, candidate));
  if (key !== undefined) return key;
  throw new AppError('FINGERPRINT-UNCONFIRMED', 'The file holds no key with that fingerprint.', {
    expected: fingerprint,
    found: keys.map((candidate) => candidate.fingerprint).join(', '),
    path: file,
    state: 'No anchor was added.',
    next: 'Compare the fingerprint with its owner over another channel; do not copy it from the file.',
  });
}

/** Whom a trusted root vouches for has to be said; for every other kind it says itself. */
function keylessOf(
  { kind }: AnchorMaterial,
  { identity, issuer }: ParsedInput<'anchors.add'>,
): Pick<AnchorMaterial, 'identity' | 'issuer'> | Record<string, never> {
  const isGiven = identity !== undefined && issuer !== undefined;
  if (kind === 'sigstore' && isGiven) return { identity, issuer };
  if (kind !== 'sigstore' && identity === undefined && issuer === undefined) return {};
  const message =
    kind === 'sigstore'
      ? 'A trusted root vouches for whoever signed in: say who, and where.'
      : 'Only a trusted root goes with an identity and its issuer.';
  throw new AppError('USAGE', message, { state: 'No anchor was added.', next: '--identity and --issuer.' });
}

function refuseRefresh({ owner, revokedAt, pack }: TrustAnchor): void {
  if (revokedAt !== null) {
    throw new AppError('STATE-CONFLICT', `The anchor of ${owner} was revoked at ${revokedAt}.`, {
      state: 'It stays revoked.',
    });
  }
  if (pack === null) return;
  throw new AppError('STATE-CONFLICT', `The anchor of ${owner} came with trust pack ${pack}.`, {
    state: 'It stays as old as the pack.',
    next: 'Bring a newer pack.',
  });
}

function anotherKey(anchor: TrustAnchor, found: AnchorMaterial): AppError {
  return new AppError('FINGERPRINT-UNCONFIRMED', `This is not the key of ${anchor.owner}.`, {
    expected: anchor.fingerprint,
    found: found.fingerprint,
    state: 'The anchor stays as it was.',
    next: 'A new key is a new anchor: anchors add.',
  });
}

/** The same key written by another tool is the same key; an authority or identity is the same by all that names it. */
function refuseKnownKey(anchors: readonly TrustAnchor[], key: AnchorMaterial): void {
  const raw = ed25519KeyOf(key);
  const twins = anchors.filter((anchor) => anchorIdentity(anchor) === anchorIdentity(key));
  const same = raw === null ? twins : anchorsWithKey(anchors, raw);
  const revoked = same.find((anchor) => anchor.revokedAt !== null);
  if (revoked !== undefined) {
    const reason = revoked.revokedReason ?? 'no reason given';
    throw new AppError('SIGNER-REVOKED', `This key of ${revoked.owner} was revoked here: ${reason}`, {
      state: 'No anchor was added.',
      next: 'Ask its owner for a new key; a revoked one is not accepted again.',
    });
  }
  const known = same.find((anchor) => anchor.fingerprint === key.fingerprint && anchor.pack === null);
  if (known === undefined) return;
  throw new AppError(
    'ALREADY-EXISTS',
    `This key is an anchor already: ${known.owner}, for ${known.models.join(', ')}.`,
    {
      state: 'It stays as it is.',
      next: `To change what it may sign for: anchors limit ${known.id}.`,
    },
  );
}

/** An anchor that was not retired. Throws NOT-FOUND. */
export function findAnchor({ registry }: EngineContext, id: string): TrustAnchor {
  const anchor = registry.anchors.get(id);
  if (anchor === null) throw new AppError('NOT-FOUND', `There is no anchor ${id}.`);
  return anchor;
}

function actOn(act: string, anchor: TrustAnchor): GovernedAct {
  const { id, fingerprint, models, kind, owner } = anchor;
  return { act, object: owner, details: { anchor: id, kind, fingerprint, models: models.join(', ') } };
}
