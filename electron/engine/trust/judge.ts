import type { Check, Verdict } from '#shared/contract/evidence.ts';

/**
 * One verdict for many checks. One failure fails all. Else a thing that nobody could check keeps the whole from being
 * good news (an unsigned folder is `not-checked`, however well its digests fit). Else a warning stays visible. Only when
 * every check is verified is the whole. No checks at all: nobody looked.
 */
export function judge(checks: readonly Check[]): Verdict {
  const has = (status: Verdict) => checks.some((check) => check.status === status);
  if (has('failed')) return 'failed';
  if (has('not-checked') || checks.length === 0) return 'not-checked';
  return has('warning') ? 'warning' : 'verified';
}
