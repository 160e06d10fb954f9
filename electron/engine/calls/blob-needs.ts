import type { Digest } from '#shared/contract/basics.ts';
import type { Registry } from '#engine/registry/registry.ts';
import { parseManifest } from '#engine/store/manifest.ts';

/**
 * Every blob that something at this site needs, with what that is: files, manifest and config of releases (also of revoked
 * ones: they are evidence), what open imports build on, and evidence beside transfers.
 */
export function findNeeds(registry: Registry): Map<Digest, string> {
  const needs = new Map<Digest, string>();
  const need = (digest: Digest, because: string) => {
    if (!needs.has(digest)) needs.set(digest, because);
  };
  for (const release of registry.releases.list()) {
    const because = `${release.model}@${release.version}`;
    need(release.manifestDigest, because);
    need(parseManifest(release.manifest).configDigest, because);
    for (const file of registry.releases.files(release.id)) need(file.digest, because);
  }
  for (const row of registry.imports.list()) {
    if (row.state !== 'receiving' && row.state !== 'quarantined') continue;
    const because = `import ${row.id} of ${row.model}@${row.version}`;
    for (const file of registry.imports.files(row.id)) need(file.digest, because);
    if (row.manifestDigest !== null) need(row.manifestDigest, because);
    if (row.manifest !== null) need(parseManifest(row.manifest).configDigest, because);
  }
  for (const { digest, setId } of registry.transferEvidence.list()) {
    need(digest, `evidence of set ${setId.slice(0, 8)}`);
  }
  return needs;
}
