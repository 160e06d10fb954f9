import type { Check } from '#shared/contract/evidence.ts';
import { questionOf } from '#shared/format/evidence-questions.ts';

/** The steps that checks belong to. */
export type StepId = 'contents' | 'signatures' | 'bytes' | 'scan';

/** What lies there, before anybody asks who signed it. */
const ofContents = /^(paths|files\.kind|set\.(volumes|conflict|version|releases))\b/;

/** An id that nobody knows is about bytes, where nothing is taken for granted. */
function stepOf(check: Check): StepId {
  if (ofContents.test(check.id)) return 'contents';
  const question = questionOf(check);
  if (question === 'completeness') return 'bytes';
  return question === 'scan' ? 'scan' : 'signatures';
}

/** Parts evidence into the steps of Intake; every check is in exactly one. */
export function splitBySteps(checks: readonly Check[]): Record<StepId, Check[]> {
  const steps: Record<StepId, Check[]> = { contents: [], signatures: [], bytes: [], scan: [] };
  for (const check of checks) steps[stepOf(check)].push(check);
  return steps;
}
