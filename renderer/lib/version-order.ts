import compareBuild from 'semver/functions/compare-build.js';

/**
 * Order of two versions for lists, newest first: precedence of Semantic Versioning 2.0.0 (section 11), build metadata last
 * so that the order is total. Both must parse as semantic versions, which the engine has seen to.
 */
export function newestFirst(a: string, b: string): number {
  return compareBuild(b, a);
}
