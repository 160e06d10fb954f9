import type { Digest, Timestamp } from '#shared/contract/basics.ts';
import type { DamagedBlob, FixityStatus, ReadRelease } from '#shared/contract/fixity.ts';
import type { Reading } from '#engine/registry/fixity.ts';
import type { Registry } from '#engine/registry/registry.ts';
import type { EngineContext } from '../../context.ts';
import { fixitySettings, rateOn } from './fixity-settings.ts';
import { isWell } from './reading-checks.ts';
import { type StoredThing, storedBlobs } from './stored-blobs.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Was the blob last read, or, never read, did it come in before that time? */
export function isDueAt(
  blob: Pick<StoredThing, 'since'>,
  reading: Reading | undefined,
  before: Timestamp,
): boolean {
  return (reading?.at ?? blob.since) < before;
}

/** What was last read before this is due, by the settings; null when nothing ever is. */
export function dueBefore(context: EngineContext): Timestamp | null {
  const { everyDays } = fixitySettings(context);
  if (everyDays === null) return null;
  return new Date(context.clock.now().getTime() - everyDays * DAY_MS).toISOString();
}

/** What is due now; empty when there is no schedule. */
export function dueBlobs(context: EngineContext): StoredThing[] {
  const before = dueBefore(context);
  if (before === null) return [];
  const latest = context.registry.fixity.latest();
  return storedBlobs(context.registry, null).filter((blob) => isDueAt(blob, latest.get(blob.digest), before));
}

/** Blobs whose last reading was not well, with that reading. */
export function damagedBlobs(registry: Registry): { blob: StoredThing; reading: Reading }[] {
  const latest = registry.fixity.latest();
  return storedBlobs(registry, null).flatMap((blob) => {
    const reading = latest.get(blob.digest);
    return reading === undefined || isWell(reading) ? [] : [{ blob, reading }];
  });
}

/** How the store is, as far as it was read: what is known is as old as the last reading, and that is said. */
export async function storeHealth(context: EngineContext): Promise<FixityStatus> {
  const { registry } = context;
  const settings = fixitySettings(context);
  const power = await context.power.state();
  const blobs = storedBlobs(registry, null);
  const latest = registry.fixity.latest();
  const due = dueBlobs(context);
  const isDue = new Set(due.map(({ digest }) => digest));
  const age = ageOf(blobs, latest);
  const newest = context.jobs.list().find((job) => job.kind === 'fixity');
  return {
    settings,
    power,
    bytesPerSecond: rateOn(power, settings.bytesPerSecond),
    blobs: blobs.length,
    sizeBytes: sizeOf(blobs),
    ...age,
    due: { blobs: due.length, sizeBytes: sizeOf(due) },
    releases: readReleases(blobs, latest, isDue),
    damaged: damagedBlobs(registry).map(({ blob, reading }) => describeDamage(registry, blob, reading)),
    job: newest === undefined || newest.state === 'done' ? null : newest.id,
  };
}

function readReleases(
  blobs: readonly StoredThing[],
  latest: ReadonlyMap<Digest, Reading>,
  isDue: ReadonlySet<Digest>,
): ReadRelease[] {
  const names = [...new Set(blobs.flatMap(({ releases }) => releases))].sort();
  return names.map((name) => {
    const own = blobs.filter(({ releases }) => releases.includes(name));
    const at = name.lastIndexOf('@');
    const isBad = ({ digest }: StoredThing) => {
      const reading = latest.get(digest);
      return reading !== undefined && !isWell(reading);
    };
    return {
      model: name.slice(0, at),
      version: name.slice(at + 1),
      blobs: own.length,
      sizeBytes: sizeOf(own),
      ...ageOf(own, latest),
      damaged: own.filter(isBad).length,
      isDue: own.some(({ digest }) => isDue.has(digest)),
    };
  });
}

function ageOf(
  blobs: readonly StoredThing[],
  latest: ReadonlyMap<Digest, Reading>,
): Pick<FixityStatus, 'neverRead' | 'oldestReadAt'> {
  const times = blobs.map(({ digest }) => latest.get(digest)?.at ?? null);
  const neverRead = times.filter((at) => at === null).length;
  const read = times.filter((at) => at !== null).sort();
  return { neverRead, oldestReadAt: neverRead > 0 ? null : (read[0] ?? null) };
}

function describeDamage(
  registry: Registry,
  { digest, sizeBytes, files, releases }: StoredThing,
  { outcome, ranges, at }: Reading,
): DamagedBlob {
  const servers = registry.servers
    .list()
    .map(({ name }) => name)
    .filter((name) =>
      registry.deployments
        .pushedTo(name)
        .some(({ model, version }) => releases.includes(`${model}@${version}`)),
    );
  return {
    digest,
    sizeBytes,
    what: outcome === 'missing' || outcome === 'unreadable' || outcome === 'chunk-list' ? outcome : 'damaged',
    ranges: ranges.map(([start, end]) => ({ start, end })),
    files: [...files],
    releases: [...releases],
    foundAt: at,
    servers,
  };
}

function sizeOf(blobs: readonly StoredThing[]): number {
  return blobs.reduce((sum, blob) => sum + blob.sizeBytes, 0);
}
