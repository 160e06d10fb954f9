import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesModel } from '#engine/core/model-glob.ts';

describe('model globs', () => {
  it.each([
    ['silero-*', 'silero-vad', true],
    ['silero-*', 'silero-', true],
    ['silero-*', 'not-silero-vad', false],
    ['*', 'anything', true],
    ['llama-?b', 'llama-7b', true],
    ['llama-?b', 'llama-70b', false],
    ['*-vad', 'silero-vad-2', false],
    ['a*b*c', 'aXbYbZc', true],
    ['exact', 'exact', true],
    ['exact', 'exactly', false],
  ])('%s on %s: %s', (glob, model, expected) => expect(matchesModel([glob], model)).toBe(expected));

  it('matches nothing without a glob', () => expect(matchesModel([], 'model')).toBe(false));

  it('agrees with a regular expression, and ends on hostile globs', () => {
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 12 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
    fc.assert(
      fc.property(glob, text, (pattern, model) => {
        const regular = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(matchesModel([pattern], model)).toBe(regular.test(model));
      }),
    );
    expect(matchesModel([`${'a*'.repeat(40)}b`], 'a'.repeat(90))).toBe(false);
  });
});
