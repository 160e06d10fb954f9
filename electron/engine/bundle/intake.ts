import type { Digest } from '#shared/contract/basics.ts';
import type { Check } from '#shared/contract/evidence.ts';
import { findVersionProblem } from '#engine/core/semver.ts';
import type { Registry } from '#engine/registry/registry.ts';
import type { BlobStore } from '#engine/store/blob-store.ts';
import type { TransferSet } from './set-statement.ts';

export type SetRelease = TransferSet['releases'][number];

/** What this site would take of a set, and what stands against it; found out from the control file alone. */
export interface Intake {
  /** Releases that are not published here yet. */
  readonly releases: readonly SetRelease[];
  /** Blobs those need and this site does not hold. */
  readonly wanted: readonly { readonly digest: Digest; readonly sizeBytes: number }[];
  readonly bytesHeld: number;
  /** `set.sequence`, `set.version`, `set.conflict`, `set.needs-blobs`. */
  readonly checks: readonly Check[];
}

interface Site {
  readonly registry: Registry;
  readonly blobs: BlobStore;
}

/**
 * Compares a set with what this site holds. Reads no payload. `acceptOlder`: the reason for which a person takes a set that
 * is older than one already accepted.
 */
export async function planIntake(
  set: TransferSet,
  { registry, blobs }: Site,
  acceptOlder: string | null = null,
): Promise<Intake> {
  const isNew = ({ model, version, manifestDigest }: SetRelease) =>
    registry.releases.get(model, version)?.manifestDigest !== manifestDigest;
  const releases = set.releases.filter(isNew);
  const subjects = new Set(releases.map(({ manifestDigest }) => manifestDigest));
  const referrers = set.referrers.filter(({ subject }) => subjects.has(subject));
  const needed = new Set([...releases, ...referrers].flatMap(({ blobs: own }) => own));
  const sent = new Set(set.parts.map((part) => part.blob));
  const wanted: { digest: Digest; sizeBytes: number }[] = [];
  const lacking: string[] = [];
  let bytesHeld = 0;
  for (const blob of set.blobs.filter(({ digest }) => needed.has(digest))) {
    const isHeld =
      registry.blobs.get(blob.digest) !== null && (await blobs.sizeOf(blob.digest)) === blob.sizeBytes;
    if (isHeld) bytesHeld += blob.sizeBytes;
    else if (sent.has(blob.digest)) wanted.push(blob);
    else lacking.push(`${blob.digest} (${blob.sizeBytes} bytes)`);
  }
  const checks = [
    checkSequence(set, registry, acceptOlder),
    ...set.releases.flatMap((release) => [...checkVersion(release), ...checkConflict(release, registry)]),
    ...(set.delta === null ? [] : [checkDelta(set.delta, lacking)]),
  ];
  return { releases, wanted, bytesHeld, checks };
}

/**
 * An origin's sets are numbered, and one older than the newest accepted is refused: it could bring back what was replaced.
 * The newest itself may come again, and so may a set whose import began when it was not outdated yet.
 */
function checkSequence(set: TransferSet, registry: Registry, acceptOlder: string | null): Check {
  const highest = registry.transfers.highestAccepted(set.origin);
  const wasAccepted = registry.transfers
    .list()
    .some(
      ({ direction, setId, sequence }) => direction === 'in' && setId === set.setId && sequence === highest,
    );
  const hasBegun = registry.imports
    .list()
    .some((row) => row.transferSet === set.setId && row.state === 'receiving');
  const found = `number ${set.sequence} of ${set.origin}`;
  const expected = `over ${highest}`;
  if (set.sequence > highest || wasAccepted || hasBegun)
    return { id: 'set.sequence', status: 'verified', expected, found };
  const detail = `Set number ${highest} of ${set.origin} was accepted already, and this is number ${set.sequence}.`;
  if (acceptOlder === null)
    return { id: 'set.sequence', status: 'failed', code: 'SET-OUTDATED', expected, found, detail };
  const accepted = `${detail} It is taken all the same: ${acceptOlder}`;
  return { id: 'set.sequence', status: 'warning', expected, found, detail: accepted };
}

function checkVersion({ model, version }: SetRelease): Check[] {
  const problem = findVersionProblem(version);
  if (problem === null) return [];
  const detail = `${version} of ${model} ${problem}.`;
  return [{ id: 'set.version', status: 'failed', code: 'SEMVER-INVALID', found: version, detail }];
}

/** A name and version is bound to one digest for ever. */
function checkConflict({ model, version, manifestDigest }: SetRelease, registry: Registry): Check[] {
  const taken = registry.releases.get(model, version);
  if (taken === null || taken.manifestDigest === manifestDigest) return [];
  return [
    {
      id: 'set.conflict',
      status: 'failed',
      code: 'RELEASE-CONFLICT',
      expected: taken.manifestDigest,
      found: manifestDigest,
      path: `${model}@${version}`,
      detail: `${model}@${version} is bound to ${taken.manifestDigest} for ever, and the set brings ${manifestDigest}.`,
    },
  ];
}

function checkDelta(delta: NonNullable<TransferSet['delta']>, lacking: readonly string[]): Check {
  const expected = `what ${delta.site} held by receipt ${delta.receiptId}`;
  if (lacking.length === 0) return { id: 'set.needs-blobs', status: 'verified', expected };
  return {
    id: 'set.needs-blobs',
    status: 'failed',
    code: 'SET-NEEDS-BLOBS',
    expected,
    found: `lacking ${lacking.join(', ')}`,
    detail: `The set leaves out ${lacking.length} blobs that this site does not hold: ${lacking.join(', ')}.`,
  };
}
