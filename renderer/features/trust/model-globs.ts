import { ModelGlob } from '#shared/contract/trust.ts';

/** Splits what a person typed, parted by commas or spaces, into globs. */
export function splitGlobs(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((glob) => glob !== ''))];
}

/** What is wrong with the typed globs, as a sentence; null when nothing is. */
export function findGlobProblem(text: string): string | null {
  const globs = splitGlobs(text);
  if (globs.length === 0) return 'Name at least one model, or * for every model.';
  const bad = globs.find((glob) => !ModelGlob.safeParse(glob).success);
  return bad === undefined
    ? null
    : `${bad} is no pattern: lower-case letters, digits, . _ - and the wildcards * and ?.`;
}
