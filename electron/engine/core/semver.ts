import semver from 'semver';

/** Why a text is not a version as semver.org 2.0.0 writes it (no leading `v`, no spaces), or null. */
export function findVersionProblem(version: string): string | null {
  const parsed = semver.parse(version);
  if (parsed === null) return 'is not a semantic version';
  const build = parsed.build.length === 0 ? '' : `+${parsed.build.join('.')}`;
  return `${parsed.version}${build}` === version ? null : `must be written ${parsed.version}${build}`;
}

/** Order of precedence, oldest first; versions that differ in build metadata only are ordered by it. */
export function compareVersions(a: string, b: string): number {
  return semver.compareBuild(a, b);
}
