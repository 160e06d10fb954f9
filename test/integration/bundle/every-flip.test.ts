import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HashPool } from '#engine/hashing/hash-pool.ts';
import { anchorFor, makeSet, verifyPlaces } from '../../fixtures/set-maker.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { workerUrl } from '../../fixtures/test-engine.ts';

let pool: HashPool;
beforeAll(() => {
  pool = new HashPool({ workerUrl });
});
afterAll(() => pool.close());

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

describe('any changed byte of any file of a set', () => {
  it('is found and named, or lies in a file that the set does not list and is reported as such', async () => {
    const target = temporaryFolder();
    const files = { 'model.onnx': randomBytes(40_000), 'config.json': Buffer.from('{}') };
    const releases = [{ model: 'toy', version: '1.0.0', files }];
    const made = await makeSet({
      pool,
      target,
      releases,
      limits: { volumeBytes: 37_000, maxFileBytes: 15_000 },
    });
    expect(made.folders).toHaveLength(2);
    writeFileSync(path.join(made.folders[1] ?? '', 'stranger.txt'), 'not of the set');
    const all = made.folders.flatMap((folder, n) =>
      filesOf(folder).map((name) => ({ folder, name, volume: n + 1 })),
    );
    const verify = () => verifyPlaces(pool, [anchorFor(made.signer)], target);
    expect((await verify()).verdict).toBe('warning');

    const change = fc.record({
      file: fc.nat({ max: all.length - 1 }),
      where: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      mask: fc.integer({ min: 1, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ file, where, mask }) => {
        const { folder, name, volume } = all[file] ?? { folder: '', name: '', volume: 0 };
        const good = readFileSync(path.join(folder, name));
        const bad = Buffer.from(good);
        const at = Math.floor(where * good.length);
        bad[at] = (bad[at] ?? 0) ^ mask;
        writeFileSync(path.join(folder, name), bad);
        try {
          const report = await verify();
          if (name === 'stranger.txt') {
            expect(report.files.extra).toEqual([`volume ${volume}: stranger.txt`]);
            return;
          }
          expect(report.verdict).toBe('failed');
          const blamed = report.checks
            .filter((check) => check.status === 'failed')
            .map((check) => check.path ?? '');
          expect(
            blamed.some((line) => line.includes(name)),
            `${name} byte ${at}: ${blamed.join(', ')}`,
          ).toBe(true);
        } finally {
          writeFileSync(path.join(folder, name), good);
        }
      }),
      { numRuns: 250 },
    );
    expect((await verify()).verdict).toBe('warning');
  });
});
