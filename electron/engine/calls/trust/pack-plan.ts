import type { TrustPackSummary } from '#shared/contract/trust-pack.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { Registry } from '#engine/registry/registry.ts';
import type { TrustPackRow } from '#engine/registry/trust-packs.ts';
import type { TrustAnchor } from '#engine/trust/anchor.ts';
import { digestOfPack, openPack } from '#engine/trust/pack/open-pack.ts';
import { type CurrentPack, packExpiry } from '#engine/trust/pack/pack-rules.ts';
import {
  anchorIdentity,
  type PackAnchor,
  parseRoots,
  type TrustPack,
} from '#engine/trust/pack/trust-pack.ts';

/** A pack of this site, read back from the signed bytes that are kept. */
export interface HeldPack extends CurrentPack {
  readonly content: TrustPack;
  readonly row: TrustPackRow;
}

/** Reads a kept pack. Throws AUDIT-BROKEN when its bytes are no longer those that were accepted. */
export function readHeldPack(row: TrustPackRow): HeldPack {
  const { content, digest } = openPack(row.envelope, null);
  if (content === null || digest !== row.digest) {
    throw new AppError(
      'AUDIT-BROKEN',
      `The kept trust pack ${row.number} is not the one that was accepted.`,
      {
        expected: row.digest,
        found: digest ?? 'no trust pack',
        next: 'Run audit verify, and restore registry.db from a backup.',
      },
    );
  }
  const { authority, number, roots } = content;
  return { authority, number, digest: row.digest, roots, content, row };
}

/** The pack in force; null before the first one. */
export function currentPack(registry: Registry): HeldPack | null {
  const row = registry.trustPacks.current();
  return row === null ? null : readHeldPack(row);
}

/** What changes when a pack takes the place of the one before: worked out before anything is written. */
export interface PackPlan {
  /** Anchors of the pack that are not here yet, or were here with other limits. */
  readonly add: readonly PackAnchor[];
  /** Anchors of an earlier pack that the new one confirms as they are. */
  readonly keep: readonly TrustAnchor[];
  /** Anchors of an earlier pack that the new one does not hold, or holds with other limits. */
  readonly retire: readonly TrustAnchor[];
  readonly revoke: TrustPack['revocations'];
}

/** Compares a pack with what counts now. Anchors that people here added themselves are not touched. */
export function planPack(registry: Registry, content: TrustPack): PackPlan {
  const earlier = registry.anchors.list().filter(({ pack }) => pack !== null);
  const inForce = earlier.filter(({ revokedAt }) => revokedAt === null);
  return {
    // What was revoked here stays on record as revoked, whatever a pack says.
    ...compareAnchors(inForce, content.anchors),
    revoke: content.revocations.filter(({ kind, value }) => registry.revocations.find(kind, value) === null),
  };
}

/** Anchors of an earlier pack against those of the next: an anchor with other limits goes, and comes anew. */
export function compareAnchors<A extends PackAnchor | TrustAnchor>(
  earlier: readonly A[],
  next: readonly PackAnchor[],
): { add: PackAnchor[]; keep: A[]; retire: A[] } {
  const wanted = new Map(next.map((anchor) => [anchorIdentity(anchor), limitsOf(anchor)]));
  const keep = earlier.filter((anchor) => wanted.get(anchorIdentity(anchor)) === limitsOf(anchor));
  const kept = new Set(keep.map(anchorIdentity));
  return {
    add: next.filter((anchor) => !kept.has(anchorIdentity(anchor))),
    keep,
    retire: earlier.filter((anchor) => !kept.has(anchorIdentity(anchor))),
  };
}

function limitsOf({ owner, models, formats, purposes, material }: PackAnchor | TrustAnchor): string {
  return JSON.stringify([owner, models, formats, purposes, material]);
}

/** When an anchor of a pack stops to count: by its own limit or by the pack's, whichever comes first. */
export function expiryIn(content: TrustPack, { expiresAt }: Pick<PackAnchor, 'expiresAt'>): string {
  const limit = packExpiry(content);
  return expiresAt !== null && expiresAt < limit ? expiresAt : limit;
}

/** What a pack says about itself. */
export function summarizePack(content: TrustPack): TrustPackSummary {
  const { authority, number, createdAt, maxAgeDays, roots, anchors, revocations } = content;
  return {
    authority,
    number,
    createdAt,
    maxAgeDays,
    expiresAt: packExpiry(content),
    digest: digestOfPack(content),
    roots: {
      threshold: roots.threshold,
      keys: (parseRoots(roots) ?? []).map(({ name, fingerprint }) => ({ name, fingerprint })),
    },
    anchors: anchors.length,
    revocations: revocations.length,
  };
}
