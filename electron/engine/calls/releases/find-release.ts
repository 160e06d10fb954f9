import { AppError } from '#engine/core/app-error.ts';
import type { Registry } from '#engine/registry/registry.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';

/** The release by that name and version. Throws NOT-FOUND, naming what there is instead. */
export function findRelease(registry: Registry, model: string, version: string): ReleaseRow {
  const release = registry.releases.get(model, version);
  if (release !== null) return release;
  const versions = registry.releases.list(model).map((other) => other.version);
  const next =
    versions.length === 0
      ? 'No version of that model is published here.'
      : `Published: ${versions.join(', ')}.`;
  throw new AppError('NOT-FOUND', `There is no release ${model}@${version}.`, { next });
}
