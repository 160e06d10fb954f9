import { randomBytes, randomInt } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import { HashPool } from '#engine/hashing/hash-pool.ts';
import { effort } from '../../fixtures/effort.ts';
import { anchorFor, makeSet, verifyPlaces } from '../../fixtures/set-maker.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { workerUrl } from '../../fixtures/test-engine.ts';

let pool: HashPool;
beforeAll(() => {
  pool = new HashPool({ workerUrl });
});
afterAll(() => pool.close());

interface SetFile {
  readonly folder: string;
  readonly name: string;
  readonly volume: number;
}

function filesOf(folder: string, volume: number): SetFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      return { folder, volume, name: path.relative(folder, path.join(entry.parentPath, entry.name)) };
    });
}

/** Does a failed check blame this file of this volume, and, of payload, a range with this byte? */
function isNamed(report: VerifyReport, { name, volume }: SetFile, at: number): boolean {
  const isPayload = /^(?:blobs|parts)\//.test(name);
  return report.checks.some(({ status, path: blamed, detail = '' }) => {
    if (status !== 'failed' || !(blamed === `volume ${volume}: ${name}` || !isPayload)) return false;
    if (!isPayload)
      return blamed === `volume ${volume}: ${name}` || detail.includes(`volume ${volume}, ${name}`);
    const [, start = 'none', end = 'none'] = /, bytes (\d+)-(\d+):/.exec(detail) ?? [];
    return detail.startsWith(`volume ${volume}, ${name}, `) && Number(start) <= at && at <= Number(end);
  });
}

it('any flipped bit of a three-volume set is found and named, or lies in a file that the set does not list', async () => {
  const target = temporaryFolder();
  const files = { 'model.onnx': randomBytes(55_000), 'config.json': Buffer.from('{}') };
  const limits = { volumeBytes: 34_000, maxFileBytes: 15_000 };
  const releases = [{ model: 'toy', version: '1.0.0', files }];
  const { folders, signer } = await makeSet({ pool, target, releases, limits });
  expect(folders).toHaveLength(3);
  writeFileSync(path.join(folders[1] ?? '', 'stranger.txt'), 'not of the set');
  const all = folders.flatMap((folder, n) => filesOf(folder, n + 1));
  const sizes = all.map(({ folder, name }) => readFileSync(path.join(folder, name)).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const verify = () => verifyPlaces(pool, [anchorFor(signer)], ...folders);
  expect((await verify()).verdict).toBe('warning');

  for (let trial = 0; trial < effort(150, 1000); trial++) {
    // Every third flip in a file chosen evenly, so that small control files get their share.
    let at = randomInt(total);
    let index = sizes.findIndex((size) => (at < size ? true : ((at -= size), false)));
    if (trial % 3 === 0) {
      index = randomInt(all.length);
      at = randomInt(sizes[index] ?? 1);
    }
    const file = all[index];
    if (file === undefined) throw new Error('no such file');
    const place = path.join(file.folder, file.name);
    const good = readFileSync(place);
    const bad = Buffer.from(good);
    bad[at] = (bad[at] ?? 0) ^ (1 << randomInt(8));
    writeFileSync(place, bad);
    const report = await verify();
    writeFileSync(place, good);
    if (file.name === 'stranger.txt') {
      expect(report.files.extra).toEqual([`volume ${file.volume}: stranger.txt`]);
      continue;
    }
    const told = report.checks.filter(({ status }) => status === 'failed');
    expect(report.verdict, `volume ${file.volume}, ${file.name}, byte ${at}`).toBe('failed');
    expect(isNamed(report, file, at), `${file.volume} ${file.name} ${at}: ${JSON.stringify(told)}`).toBe(
      true,
    );
  }
  expect((await verify()).verdict).toBe('warning');
}, 600_000);
