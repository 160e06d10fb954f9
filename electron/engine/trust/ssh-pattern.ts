import { matchesModel } from '#engine/core/model-glob.ts';

/**
 * Does a text match a pattern list of OpenSSH (ssh_config(5), PATTERNS): globs with `*` and `?` between commas, and with
 * `!` those it must not match? A list of exclusions alone matches nothing.
 */
export function matchesPatternList(list: string, text: string): boolean {
  const patterns = list.split(',').filter((pattern) => pattern !== '');
  const excluded = patterns.flatMap((pattern) => (pattern.startsWith('!') ? [pattern.slice(1)] : []));
  const included = patterns.filter((pattern) => !pattern.startsWith('!'));
  return !matchesModel(excluded, text) && matchesModel(included, text);
}
