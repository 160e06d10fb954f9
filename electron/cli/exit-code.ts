import type { Check, Verdict } from '#shared/contract/evidence.ts';
import { errorTable } from '#shared/contract/errors.ts';
import type { ServerOutcome } from '#shared/contract/fleet.ts';

/** 0 done and good, 1 the verdict is bad, 2 wrong usage, 3 environment, 4 defect (interface.md). */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

/** `not-checked` is not good news: nobody vouches for the bytes. A warning does not spoil a good verdict. */
export function exitOfVerdict(verdict: Verdict): ExitCode {
  return verdict === 'verified' || verdict === 'warning' ? 0 : 1;
}

/** The gravest of what went wrong on any server. */
export function exitOfOutcomes(outcomes: readonly ServerOutcome[]): ExitCode {
  const failed = outcomes.filter((outcome) => !outcome.ok).flatMap((outcome) => outcome.checks);
  if (outcomes.every((outcome) => outcome.ok)) return 0;
  return exitOfChecks(failed);
}

function exitOfChecks(checks: readonly Check[]): ExitCode {
  const codes = checks.flatMap((check) =>
    check.status === 'failed' && check.code ? [errorTable[check.code].exit] : [],
  );
  return codes.includes(1) || codes.length === 0 ? 1 : (Math.max(...codes) as ExitCode);
}
