import type { Timestamp } from '#shared/contract/basics.ts';
import { CHUNK_BYTES } from '#engine/hashing/hasher.ts';
import type { Registry } from '#engine/registry/registry.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import { type ReleaseBlob, releaseBlobs } from './release-blobs.ts';

/** A blob that the store has to hold, with when it came in. */
export interface StoredThing extends ReleaseBlob {
  readonly since: Timestamp;
}

/** Every blob of these releases, or of all of them and of the evidence beside transfers. */
export function storedBlobs(registry: Registry, releases: readonly ReleaseRow[] | null): StoredThing[] {
  const all = releases ?? registry.releases.list();
  const published = new Map(all.map((row) => [`${row.model}@${row.version}`, row.publishedAt]));
  const things = releaseBlobs(registry, all).map((blob): StoredThing => ({
    ...blob,
    since: blob.releases.map((name) => published.get(name) ?? '').sort()[0] ?? '',
  }));
  if (releases !== null) return things;
  const known = new Map(things.map((thing) => [thing.digest, thing]));
  for (const { digest, sizeBytes, name, setId, attachedAt } of registry.transferEvidence.list()) {
    if (known.has(digest)) continue;
    const files = [`evidence of set ${setId.slice(0, 8)}: ${name}`];
    const chunks = registry.blobs.get(digest)?.chunks ?? [];
    const usable = chunks.length === Math.ceil(sizeBytes / CHUNK_BYTES) ? chunks : null;
    known.set(digest, { digest, sizeBytes, chunks: usable, releases: [], files, since: attachedAt });
  }
  return [...known.values()];
}
