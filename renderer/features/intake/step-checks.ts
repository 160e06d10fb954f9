import type { Check } from '#shared/contract/evidence.ts';

/** The steps that checks belong to. */
export type StepId = 'contents' | 'signatures' | 'bytes' | 'scan';

/** First that fits decides; an id that nobody knows is about bytes, where nothing is taken for granted. */
const owners: readonly (readonly [RegExp, StepId])[] = [
  [/^(paths|files\.kind|set\.(volumes|conflict|version|releases))\b/, 'contents'],
  [
    /^(signature|identity|revocation|models|time|volume\.signature|set\.(control|format|sequence))\b/,
    'signatures',
  ],
  [/^(scan|policy)\b/, 'scan'],
  [/./, 'bytes'],
];

/** Parts evidence into the steps of Intake; every check is in exactly one. */
export function splitBySteps(checks: readonly Check[]): Record<StepId, Check[]> {
  const steps: Record<StepId, Check[]> = { contents: [], signatures: [], bytes: [], scan: [] };
  for (const check of checks) {
    const owner = owners.find(([pattern]) => pattern.test(check.id));
    steps[owner?.[1] ?? 'bytes'].push(check);
  }
  return steps;
}
