import { z } from 'zod';
import { type Digest, ReleaseRef } from '#shared/contract/basics.ts';
import type { Registry } from '#engine/registry/registry.ts';
import { parseManifest } from '#engine/store/manifest.ts';
import { rollbackTarget } from '../deploy/deployment-status.ts';

/**
 * Every blob that something at this site needs, with what that is: files, manifest and config of releases (also of revoked
 * ones: they are evidence), what open imports build on, and evidence beside transfers.
 */
export function findNeeds(registry: Registry): Map<Digest, string> {
  const needs = new Map<Digest, string>();
  const need = (digest: Digest, because: string) => {
    if (!needs.has(digest)) needs.set(digest, because);
  };
  const uses = releaseUses(registry);
  for (const release of registry.releases.list()) {
    const name = `${release.model}@${release.version}`;
    const because = [name, ...(uses.get(name) ?? [])].join('; ');
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

/** A set that is being written, or could be gone on with. */
const SetJob = z.object({ releases: z.array(ReleaseRef) });

/**
 * What uses a release beside its being on record: channels, servers (however long they were not heard of), what a rollback
 * would go to, and sets under way. By `model@version`.
 */
function releaseUses(registry: Registry): Map<string, string[]> {
  const uses = new Map<string, string[]>();
  const use = (model: string, version: string, how: string) => {
    const name = `${model}@${version}`;
    const known = uses.get(name) ?? [];
    if (!known.includes(how)) uses.set(name, [...known, how]);
  };
  for (const { model, channel, version } of registry.channels.listCurrent()) {
    use(model, version, `pinned by channel ${channel}`);
  }
  for (const { server, model, channel, version } of registry.deployments.listLive()) {
    if (channel === null) continue;
    use(model, version, `live on ${server} (${channel})`);
    const back = rollbackTarget(registry, server, model, channel);
    if (back !== null) use(model, back.version, `rollback target of ${server} (${channel})`);
  }
  for (const { name: server } of registry.servers.list()) {
    for (const { model, version } of registry.deployments.pushedTo(server))
      use(model, version, `held by ${server}`);
  }
  for (const { job, params } of registry.jobs.listOpen('bundle-create')) {
    for (const { model, version } of SetJob.safeParse(params).data?.releases ?? []) {
      use(model, version, `set under way (${job.id})`);
    }
  }
  return uses;
}
