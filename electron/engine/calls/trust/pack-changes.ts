import type { PackAnchorChange, PackChanges, PackQuorum } from '#shared/contract/trust-pack.ts';
import type { Registry } from '#engine/registry/registry.ts';
import type { TrustAnchor } from '#engine/trust/anchor.ts';
import type { OpenedPack } from '#engine/trust/pack/open-pack.ts';
import {
  anchorIdentity,
  type PackAnchor,
  type PackRoots,
  parseRoots,
  sameRoots,
  type TrustPack,
} from '#engine/trust/pack/trust-pack.ts';
import { compareAnchors, type PackPlan } from './pack-plan.ts';

/** What a plan comes to at this site, as the contract shows it. `before` is the pack in force. */
export function describePlan(
  registry: Registry,
  plan: PackPlan,
  { before, content }: { before: TrustPack | null; content: TrustPack },
): PackChanges {
  const repeated = new Set(content.revocations.map(revocationName));
  const leftOut = registry.revocations
    .list()
    .filter((row) => row.pack !== null && !repeated.has(revocationName(row)));
  return {
    anchors: describeAnchors(plan),
    kept: plan.keep.length,
    revocations: [
      ...plan.revoke.map((revocation) => ({ ...revocation, change: 'added' as const })),
      ...leftOut.map((row) => ({ ...revocationOf(row), change: 'left-out' as const })),
    ],
    rootsChange: before !== null && !sameRoots(before.roots, content.roots),
  };
}

/** What one pack says otherwise than another, whatever was decided at the site beside them. */
export function comparePacks(before: TrustPack | null, content: TrustPack): PackChanges {
  const compared = compareAnchors(before?.anchors ?? [], content.anchors);
  const earlier = new Set(before?.revocations.map(revocationName));
  const repeated = new Set(content.revocations.map(revocationName));
  const added = content.revocations.filter((each) => !earlier.has(revocationName(each)));
  const leftOut = (before?.revocations ?? []).filter((each) => !repeated.has(revocationName(each)));
  return {
    anchors: describeAnchors(compared),
    kept: compared.keep.length,
    revocations: [
      ...added.map((revocation) => ({ ...revocation, change: 'added' as const })),
      ...leftOut.map((revocation) => ({ ...revocation, change: 'left-out' as const })),
    ],
    rootsChange: before !== null && !sameRoots(before.roots, content.roots),
  };
}

/** Everybody whose signatures a pack needs: the roots before it, and those that it names when they are others. */
export function quorumsOf(before: PackRoots | null, { content, signatures }: OpenedPack): PackQuorum[] {
  const quorum = (roots: PackQuorum['roots'], { threshold, keys }: PackRoots): PackQuorum => ({
    roots,
    threshold,
    keys: (parseRoots({ threshold, keys }) ?? []).map(({ name, fingerprint }) => {
      const signed = signatures.some(({ root, holds }) => holds && root?.fingerprint === fingerprint);
      return { name, fingerprint, signed };
    }),
  });
  if (content === null) return [];
  const isNamed = before === null || !sameRoots(before, content.roots);
  return [
    ...(before === null ? [] : [quorum('in-force', before)]),
    ...(isNamed ? [quorum('named', content.roots)] : []),
  ];
}

/** An anchor that goes and comes with other limits is one change. */
function describeAnchors({
  add,
  retire,
}: {
  add: readonly PackAnchor[];
  retire: readonly (PackAnchor | TrustAnchor)[];
}): PackAnchorChange[] {
  const gone = new Map(retire.map((anchor) => [anchorIdentity(anchor), anchor]));
  const back = new Set(add.map(anchorIdentity));
  const dropped = retire.filter((anchor) => !back.has(anchorIdentity(anchor)));
  return [
    ...add.map((anchor): PackAnchorChange => {
      const before = gone.get(anchorIdentity(anchor));
      return before === undefined
        ? changeOf('added', anchor, null)
        : changeOf('limited', anchor, limitsOf(before));
    }),
    ...dropped.map((anchor) => changeOf('dropped', anchor, null)),
  ];
}

function changeOf(
  change: PackAnchorChange['change'],
  anchor: PackAnchor | TrustAnchor,
  before: PackAnchorChange['before'],
): PackAnchorChange {
  const { kind, fingerprint, identity } = anchor;
  return { change, kind, fingerprint, identity, ...limitsOf(anchor), before };
}

function limitsOf({ owner, models, formats, purposes }: PackAnchor | TrustAnchor) {
  return { owner, models, formats, purposes };
}

type Revoked = TrustPack['revocations'][number];

function revocationOf({ kind, value, reason, revokedAt }: Revoked): Revoked {
  return { kind, value, reason, revokedAt };
}

function revocationName({ kind, value }: Pick<Revoked, 'kind' | 'value'>): string {
  return `${kind} ${value}`;
}
