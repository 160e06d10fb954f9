import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEngine, type Engine } from '#engine/engine.ts';
import { engineCalls, type EngineCallName } from '#shared/contract/calls.ts';

const workerUrl = new URL('../../electron/engine/worker.ts', import.meta.url);
const names = Object.keys(engineCalls) as EngineCallName[];

let folder: string;
let engine: Engine;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sallyport-contract-'));
  engine = await openEngine({ home: path.join(folder, 'home'), workerUrl });
});

afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** All that a call could have changed. */
async function state() {
  return {
    log: await engine.call('audit.head', {}),
    jobs: await engine.call('jobs.list', {}),
    files: readdirSync(folder, { recursive: true }).filter((name) => !/registry\.db-/.test(String(name))),
  };
}

describe('the engine', () => {
  test.each(names)('%s: bad input is USAGE before anything happens', async (name) => {
    const before = await state();
    for (const input of [null, 'text', 7, []]) {
      await expect(engine.call(name, input as never)).rejects.toMatchObject({
        name: 'AppError',
        code: 'USAGE',
      });
    }
    expect(await state()).toEqual(before);
  });

  const readers = names.filter((name) => engineCalls[name].input.safeParse({}).success);
  test.each(readers)('%s: answers as the contract says', { timeout: 60_000 }, async (name) => {
    const output: unknown = await engine.call(name, {});
    if (name.endsWith('.start')) return;
    expect(engineCalls[name].output.parse(output)).toEqual(output);
  });
});
