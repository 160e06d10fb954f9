import { expect, it } from 'vitest';
import { splitBySteps } from '#renderer/features/intake/step-checks.ts';
import type { Check } from '#shared/contract/evidence.ts';

const check = (id: string): Check => ({ id, status: 'verified' });
const ids = (checks: readonly Check[]) => checks.map(({ id }) => id);

it('puts every check into exactly one step', () => {
  const all = [
    'signature',
    'identity.models',
    'paths',
    'files.digest',
    'files.kind',
    'set.sequence',
    'set.volumes',
    'scan.pickle.call-denied',
    'policy.unsigned',
  ];
  const steps = splitBySteps(all.map(check));
  expect(ids(steps.contents)).toEqual(['paths', 'files.kind', 'set.volumes']);
  expect(ids(steps.signatures)).toEqual(['signature', 'identity.models', 'set.sequence']);
  expect(ids(steps.bytes)).toEqual(['files.digest']);
  expect(ids(steps.scan)).toEqual(['scan.pickle.call-denied', 'policy.unsigned']);
});

it('never loses a check that it does not know', () => {
  expect(ids(splitBySteps([check('something.new')]).bytes)).toEqual(['something.new']);
});
