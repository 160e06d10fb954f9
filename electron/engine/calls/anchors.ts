import path from 'node:path';
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
import { isFingerprint } from '#engine/trust/read-anchors.ts';
import type { CallHandlers, EngineContext, GovernedAct } from '../context.ts';
import { readAnchors } from './anchor-files.ts';

type Names = 'anchors.inspect' | 'anchors.add' | 'anchors.list' | 'anchors.remove' | 'anchors.revoke';

/** Whose signatures count, for which models. */
export function anchorCalls(context: EngineContext): CallHandlers<Names> {
  const { registry, clock, session, locations } = context;
  return {
    'anchors.inspect': async ({ source }) => {
      const keys = await readAnchors(locations.resolve(source));
      return keys.map(toCandidate);
    },

    'anchors.add': async ({ source, fingerprint, owner, models }) => {
      const file = locations.resolve(source);
      const key = confirmedKey(await readAnchors(file), fingerprint, file);
      refuseKnownKey(registry.anchors.list(), key);
      const anchor: TrustAnchor = {
        ...key,
        id: newId('anchor', 4),
        owner,
        models,
        formats: [],
        purposes: ['models', 'transfer-sets', 'receipts'],
        source: path.basename(file),
        addedAt: timestamp(clock),
        refreshedAt: timestamp(clock),
        expiresAt: null,
        addedBy: session.actor().who,
        revokedAt: null,
        revokedReason: null,
      };
      context.govern(actOn('anchor.add', anchor), () => registry.anchors.add(anchor));
      context.changed('anchors', 'audit');
      return toAnchor(anchor);
    },

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
      context.govern({ ...actOn('anchor.remove', anchor), reason }, () => registry.anchors.remove(id));
      context.changed('anchors', 'audit');
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
      context.changed('anchors', 'audit');
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

function refuseKnownKey(anchors: readonly TrustAnchor[], key: AnchorMaterial): void {
  const raw = ed25519KeyOf(key);
  const same = raw === null ? [] : anchorsWithKey(anchors, raw);
  const revoked = same.find((anchor) => anchor.revokedAt !== null);
  if (revoked !== undefined) {
    const reason = revoked.revokedReason ?? 'no reason given';
    throw new AppError('SIGNER-REVOKED', `This key of ${revoked.owner} was revoked here: ${reason}`, {
      state: 'No anchor was added.',
      next: 'Ask its owner for a new key; a revoked one is not accepted again.',
    });
  }
  const known = same.find((anchor) => anchor.fingerprint === key.fingerprint);
  if (known === undefined) return;
  throw new AppError(
    'ALREADY-EXISTS',
    `This key is an anchor already: ${known.owner}, for ${known.models.join(', ')}.`,
    {
      state: 'It stays as it is.',
      next: `To change what it may sign for, remove ${known.id} and add it again.`,
    },
  );
}

function findAnchor({ registry }: EngineContext, id: string): TrustAnchor {
  const anchor = registry.anchors.get(id);
  if (anchor === null) throw new AppError('NOT-FOUND', `There is no anchor ${id}.`);
  return anchor;
}

function actOn(act: string, anchor: TrustAnchor): GovernedAct {
  const { id, fingerprint, models, kind, owner } = anchor;
  return { act, object: owner, details: { anchor: id, kind, fingerprint, models: models.join(', ') } };
}
