import type { Digest } from '#shared/contract/basics.ts';
import type { GcItem, GcReport } from '#shared/contract/system.ts';
import { reach } from '#engine/core/fault-points.ts';
import type { StoredBlob } from '#engine/store/blob-store.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { findNeeds } from './blob-needs.ts';

/** How many blobs are deleted at a time; what is needed is looked up anew before each lot. */
const LOT = 64;

/** Garbage collection: removes the bytes that nothing needs, and says what needs the rest. */
export function gcCalls(context: EngineContext): CallHandlers<'gc.run'> {
  return { 'gc.run': ({ dryRun }) => collectGarbage(context, dryRun) };
}

/**
 * Blobs go that no release and no open import needs (a set is made of releases), and the quarantine of imports that are
 * decided. First the store is listed and only then the needs are: whatever comes in meanwhile is in the needs.
 */
async function collectGarbage(context: EngineContext, dryRun: boolean): Promise<GcReport> {
  const { blobs, quarantine, registry } = context;
  const held: StoredBlob[] = [];
  for await (const blob of blobs.list()) held.push(blob);
  const abandoned = await findAbandoned(context);
  const sweptBytes = await Promise.all(abandoned.map((id) => quarantine.sizeOf(id)));

  const needs = findNeeds(registry);
  const items = held.map((blob) => ({ ...blob, keptBecause: needs.get(blob.digest) ?? null }));
  let removed = items.filter((item) => item.keptBecause === null);
  const rowsOnly = rowsWithoutNeed(context, held, needs);
  const setAside = await judgeSetAside(context, held, needs);
  const forgotten = setAside.filter((item) => item.keptBecause === null);
  if (!dryRun && removed.length + rowsOnly.length + abandoned.length + forgotten.length > 0) {
    record(context, removed, rowsOnly, abandoned, forgotten);
    reach('gc.recorded');
    const gone = await removeUnlessNeeded(context, removed);
    reach('gc.removed');
    removed = removed.filter((item) => gone.has(item.digest));
    for (const id of abandoned) await quarantine.discard(id);
    for (const { digest } of forgotten) await blobs.forgetDamage(digest);
    reach('gc.swept');
    context.changed('audit');
  }
  const keptItems = items.filter((item) => !removed.includes(item));
  return {
    dryRun,
    removed,
    kept: keptItems.length,
    keptItems,
    setAside,
    sweptImports: abandoned,
    bytesFreed: sum([...removed, ...forgotten].map((item) => item.sizeBytes)) + sum(sweptBytes),
  };
}

/** Imports that are over, or that no row knows, with bytes left in quarantine. */
async function findAbandoned({ quarantine, registry, jobs }: EngineContext): Promise<string[]> {
  const folders = await quarantine.list();
  const importing = jobs
    .list()
    .some(
      (job) =>
        (job.kind === 'import' || job.kind === 'bundle-import') &&
        (job.state === 'running' || job.state === 'queued' || job.state === 'cancelling'),
    );
  return folders.filter((id) => {
    const row = registry.imports.get(id);
    // A job that is just beginning may have its folder before its row.
    if (row === null) return !importing;
    return row.state !== 'receiving' && row.state !== 'quarantined';
  });
}

/** A damaged copy may be all that is left of a blob: it stays until the blob is whole again, or not needed. */
async function judgeSetAside(
  { blobs }: EngineContext,
  held: readonly StoredBlob[],
  needs: ReadonlyMap<Digest, string>,
): Promise<GcItem[]> {
  const whole = new Set(held.map(({ digest }) => digest));
  return (await blobs.leftOfDamage()).map((copy) => {
    const need = needs.get(copy.digest);
    const isKept = need !== undefined && !whole.has(copy.digest);
    return { ...copy, keptBecause: isKept ? `damaged, to be repaired: ${need}` : null };
  });
}

/** Rows of blobs that have no file and that nothing needs. */
function rowsWithoutNeed(
  { registry }: EngineContext,
  held: readonly StoredBlob[],
  needs: ReadonlyMap<Digest, string>,
): Digest[] {
  const files = new Set(held.map((blob) => blob.digest));
  return registry.blobs
    .list()
    .map((row) => row.digest)
    .filter((digest) => !files.has(digest) && !needs.has(digest));
}

/** The rows go before the files: a crash in between leaves files that the next run removes, never a row without a file. */
function record(
  context: EngineContext,
  removed: readonly StoredBlob[],
  rowsOnly: readonly Digest[],
  abandoned: readonly string[],
  forgotten: readonly StoredBlob[],
): void {
  context.govern(
    {
      act: 'gc.run',
      object: `${removed.length} blobs, ${abandoned.length} imports`,
      subjects: removed.map((blob) => ({ name: `${blob.sizeBytes} bytes`, digest: blob.digest })),
      details: {
        bytes: String(sum(removed.map((blob) => blob.sizeBytes))),
        ...(abandoned.length > 0 ? { imports: abandoned.join(' ') } : {}),
        ...(forgotten.length > 0 ? { setAside: String(forgotten.length) } : {}),
      },
    },
    () => {
      for (const { digest } of removed) context.registry.blobs.remove(digest);
      for (const digest of rowsOnly) context.registry.blobs.remove(digest);
    },
  );
}

async function removeUnlessNeeded(
  { blobs, registry }: EngineContext,
  condemned: readonly StoredBlob[],
): Promise<Set<Digest>> {
  const gone = new Set<Digest>();
  for (let at = 0; at < condemned.length; at += LOT) {
    const needs = findNeeds(registry);
    reach('gc.removing');
    const lot = condemned.slice(at, at + LOT).filter((blob) => !needs.has(blob.digest));
    await Promise.all(lot.map((blob) => blobs.remove(blob.digest)));
    for (const { digest } of lot) gone.add(digest);
  }
  return gone;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
