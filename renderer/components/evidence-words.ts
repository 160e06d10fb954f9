import type { Check, Verdict } from '#shared/contract/evidence.ts';

/** Worst first: what a person has to see is on top. */
const severity: readonly Verdict[] = ['failed', 'warning', 'not-checked', 'verified'];

/** Checks with the worst on top, otherwise in the order they were made. */
export function worstFirst(checks: readonly Check[]): Check[] {
  return [...checks].sort((a, b) => severity.indexOf(a.status) - severity.indexOf(b.status));
}

/** The verdict of several checks: the worst that is among them; of none, that nobody looked. */
export function worstOf(checks: readonly Check[]): Verdict {
  return severity.find((verdict) => checks.some((check) => check.status === verdict)) ?? 'not-checked';
}
