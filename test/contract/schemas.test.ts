import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allCalls, engineEvents, type CallName, type EventName } from '#shared/contract/calls.ts';
import { jobResults, type JobKind } from '#shared/contract/jobs.ts';
import type { z } from 'zod';
import { valuesOf } from './schema-arbitrary.ts';

/** What a value goes through on its way: a structured copy between processes, JSON on the command line. */
function survivesTheBorder(schema: z.ZodType): void {
  fc.assert(
    fc.property(valuesOf(schema), (value) => {
      const parsed = schema.parse(value);
      expect(schema.parse(structuredClone(parsed))).toEqual(parsed);
      expect(schema.parse(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed);
    }),
    { numRuns: 25 },
  );
}

const calls = Object.keys(allCalls) as CallName[];

describe('every schema of the contract accepts what it produced, after any border', () => {
  test.each(calls)('%s: input', (name) => survivesTheBorder(allCalls[name].input));
  test.each(calls)('%s: output', (name) => survivesTheBorder(allCalls[name].output));
  test.each(Object.keys(engineEvents) as EventName[])('event %s', (name) =>
    survivesTheBorder(engineEvents[name]),
  );
  test.each(Object.keys(jobResults) as JobKind[])('result of %s', (kind) =>
    survivesTheBorder(jobResults[kind]),
  );
});

describe('every input schema', () => {
  test.each(calls)('%s refuses what is no object', (name) => {
    for (const value of [null, undefined, 7, 'text', []]) {
      expect(allCalls[name].input.safeParse(value).success, JSON.stringify(value)).toBe(false);
    }
  });

  test.each(calls)('%s drops what the contract does not know', (name) => {
    fc.assert(
      fc.property(valuesOf(allCalls[name].input), (value) => {
        const parsed = allCalls[name].input.parse({
          ...(value as object),
          'not-in-the-contract': '/etc/passwd',
        });
        expect(parsed).not.toHaveProperty('not-in-the-contract');
      }),
      { numRuns: 5 },
    );
  });
});

test('a path is no location: only handles cross the border', () => {
  for (const path of ['/etc/passwd', 'C:\\Windows', '../x', 'loc-', `loc-${'g'.repeat(32)}`]) {
    expect(allCalls['media.recognise'].input.safeParse({ source: path }).success).toBe(false);
  }
});
