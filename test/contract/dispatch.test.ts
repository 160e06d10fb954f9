import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '#engine/core/app-error.ts';
import { allCalls, engineCalls, type CallName } from '#shared/contract/calls.ts';
import { shellCalls } from '#shared/contract/calls/shell.ts';
import { createHandlers, dispatch, type ShellHandlers } from '../../electron/main/dispatch.ts';
import { valuesOf } from './schema-arbitrary.ts';

/** Handlers that write down what reaches them and answer with `answer`. */
function recording(answer: (name: string) => unknown) {
  const seen: { name: string; input: unknown }[] = [];
  const record = (name: string) => (input: unknown) => {
    seen.push({ name, input });
    return answer(name);
  };
  const shell = Object.fromEntries(Object.keys(shellCalls).map((name) => [name, record(name)]));
  const handlers = createHandlers(
    (name, input) => Promise.resolve(record(name)(input)),
    shell as unknown as ShellHandlers,
  );
  return { handlers, seen };
}

const names = Object.keys(allCalls) as CallName[];
const nothing = () => ({});

describe("the main process's handlers", () => {
  test("are exactly the contract's calls", () => {
    const { handlers } = recording(nothing);
    expect(Object.keys(handlers).sort()).toEqual([...names].sort());
    expect(Object.keys(engineCalls).filter((name) => name in shellCalls)).toEqual([]);
  });

  test.each(names)('%s: bad input is USAGE and reaches nobody', async (name) => {
    const { handlers, seen } = recording(nothing);
    for (const input of [null, undefined, 'text', 12, []]) {
      const reply = await dispatch(handlers, name, input);
      expect(reply).toMatchObject({ ok: false, failure: { code: 'USAGE' } });
    }
    expect(seen).toEqual([]);
  });

  test.each(names)('%s: good input and output pass', async (name) => {
    await fc.assert(
      fc.asyncProperty(
        valuesOf(allCalls[name].input),
        valuesOf(allCalls[name].output),
        async (input, output) => {
          const { handlers, seen } = recording(() => output);
          const reply = await dispatch(handlers, name, input);
          expect(seen).toEqual([{ name, input: allCalls[name].input.parse(input) }]);
          expect(reply).toEqual({ ok: true, value: allCalls[name].output.parse(output) });
        },
      ),
      { numRuns: 5 },
    );
  });

  test('a name that is not in the table is USAGE, also one that every object has', async () => {
    const { handlers, seen } = recording(nothing);
    for (const name of [
      'site.delete',
      '__proto__',
      'constructor',
      'toString',
      '',
      null,
      7,
      { toString: 'site.info' },
    ]) {
      expect(await dispatch(handlers, name, {})).toMatchObject({ ok: false, failure: { code: 'USAGE' } });
    }
    expect(seen).toEqual([]);
  });

  test('an output that is not as the contract says stays inside', async () => {
    const { handlers } = recording(() => ({ site: 7, secret: 'inside' }));
    const reply = await dispatch(handlers, 'site.info', {});
    expect(reply).toMatchObject({ ok: false, failure: { code: 'INTERNAL' } });
    expect(JSON.stringify(reply)).not.toContain('inside');
  });

  test('a defect is told with its stack, an expected failure is not', async () => {
    const told: unknown[] = [];
    const thrown = [new Error('a defect'), new AppError('NOT-FOUND', 'expected')];
    for (const error of thrown) {
      const { handlers } = recording(() => {
        throw error;
      });
      await dispatch(handlers, 'site.info', {}, (name, defect) => told.push([name, defect]));
    }
    expect(told).toEqual([['site.info', thrown[0]]]);
  });

  test('what the contract does not name is cut off the output', async () => {
    const site = { site: 'n7', version: '1.0.0', homeLabel: 'home', platform: 'linux' };
    const { handlers } = recording(() => ({ ...site, path: '/home/operator' }));
    expect(await dispatch(handlers, 'site.info', {})).toEqual({ ok: true, value: site });
  });

  test('a failure comes back as data with its code and details', async () => {
    const { handlers } = recording(() => {
      throw new AppError('HOME-LOCKED', 'Another one has it.', { next: 'Close it.' });
    });
    expect(await dispatch(handlers, 'site.info', {})).toEqual({
      ok: false,
      failure: { code: 'HOME-LOCKED', message: 'Another one has it.', details: { next: 'Close it.' } },
    });
  });

  test('what was typed is not repeated in the failure', async () => {
    const { handlers } = recording(nothing);
    const input = { name: 'Not A Name', passphrase: 'correct horse battery staple'.repeat(100) };
    expect(JSON.stringify(await dispatch(handlers, 'keys.create', input))).not.toContain('horse');
  });
});
