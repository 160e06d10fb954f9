import type { Digest } from '#shared/contract/basics.ts';
import { CHUNK_BYTES } from '#engine/hashing/hasher.ts';
import { hexOf } from '#engine/core/digest.ts';
import type { Registry } from '#engine/registry/registry.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import { parseManifest } from '#engine/store/manifest.ts';

/** A blob that releases are made of, once, with every place that shows it. */
export interface ReleaseBlob {
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** SHA-256 (hex) per 16 MiB chunk; null when the registry has no usable list. */
  readonly chunks: readonly string[] | null;
  /** `model@version`. */
  readonly releases: readonly string[];
  /** `model@version: path`, as checks name files. */
  readonly files: readonly string[];
}

/** Every blob of these releases: their files and their configs. */
export function releaseBlobs(registry: Registry, releases: readonly ReleaseRow[]): ReleaseBlob[] {
  const blobs = new Map<Digest, { sizeBytes: number; releases: Set<string>; files: string[] }>();
  const add = (digest: Digest, sizeBytes: number, release: string, path: string) => {
    const known = blobs.get(digest) ?? { sizeBytes, releases: new Set(), files: [] };
    known.releases.add(release);
    known.files.push(`${release}: ${path}`);
    blobs.set(digest, known);
  };
  for (const release of releases) {
    const name = `${release.model}@${release.version}`;
    for (const file of registry.releases.files(release.id)) add(file.digest, file.sizeBytes, name, file.path);
    const { configDigest, configSizeBytes } = parseManifest(release.manifest);
    add(configDigest, configSizeBytes, name, 'the ModelPack config');
  }
  return [...blobs].map(([digest, blob]) => ({
    digest,
    sizeBytes: blob.sizeBytes,
    chunks: usableChunks(registry, digest, blob.sizeBytes),
    releases: [...blob.releases],
    files: blob.files,
  }));
}

function usableChunks(registry: Registry, digest: Digest, sizeBytes: number): readonly string[] | null {
  const row = registry.blobs.get(digest);
  if (row === null || row.chunks.length !== Math.ceil(sizeBytes / CHUNK_BYTES)) return null;
  // The chunk of a blob of one chunk is the blob.
  return row.chunks.length === 1 ? [hexOf(digest)] : row.chunks;
}
