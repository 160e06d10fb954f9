import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DiskAccess } from '../../fixtures/watched-disk.ts';
import { hex, layOut } from '../../fixtures/model-sources.ts';
import { opaqueWeights } from '../../fixtures/safetensors-file.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';
import { createSet, importSet, openSite, publish, trust } from '../../fixtures/two-sites.ts';
import { watchDisk, watchedWorkerUrl } from '../../fixtures/watch-disk.ts';

const CHUNK_BYTES = 16 * 1024 * 1024;
/** In the second of three chunks. */
const BAD_AT = CHUNK_BYTES + 500_000;
const weights = opaqueWeights(2 * CHUNK_BYTES + 12_345);
const files = { 'config.json': '{}', 'model.onnx': weights };

/** A plain folder, and a job that imports it with a watched disk. */
async function importing(test: TestEngine) {
  const folder = layOut(path.join(temporaryFolder(), 'model'), files);
  const input = { source: test.locate(folder), model: 'toy', version: '1.0.0' };
  return { folder, job: await test.engine.call('imports.start', input) };
}

/** A set on one volume, and the site that is to take it in with a watched disk. */
async function receiving() {
  const vendor = await openSite('vendor', 'packer');
  await publish(vendor, 'toy', '1.0.0', files);
  const { target } = await createSet(vendor, ['toy@1.0.0']);
  const facility = await openSite('facility', 'operator', undefined, watchedWorkerUrl);
  await trust(facility, vendor, ['*']);
  return { facility, target };
}

async function expectWhole(test: TestEngine, importId: string | undefined) {
  const detail = await test.engine.call('imports.get', { id: importId ?? '' });
  expect(detail.files.map((file) => file.digest)).toEqual(
    Object.values(files).map((content) => `sha256:${hex(Buffer.from(content))}`),
  );
}

/** Where the reads of a file begin that were noted after the first so many accesses. */
function readAfter(accesses: readonly DiskAccess[], count: number, name: string): number[] {
  return accesses
    .slice(count)
    .filter((each) => each.op === 'read' && each.path.endsWith(name) && each.length > 0)
    .map(({ position }) => position);
}

describe('a place that a medium cannot read', () => {
  it('is named with its bytes by an import, which keeps what came before and goes on there', async () => {
    const at = 2 * CHUNK_BYTES + 5000;
    const disk = watchDisk([{ op: 'read', path: 'model/model.onnx', from: at, to: at + 1 }]);
    const test = await openTestEngine({ workerUrl: watchedWorkerUrl });
    const { job } = await importing(test);
    const failed = await test.finish('import', job).catch((error: unknown) => error);
    expect(failed).toMatchObject({
      code: 'MEDIA-GONE',
      details: { path: expect.stringMatching(/model\.onnx$/) as unknown },
    });
    expect((failed as Error).message).toMatch(`model.onnx, bytes ${at}-`);
    const before = disk.accesses().length;
    disk.heal();
    await test.engine.call('jobs.resume', { id: job.jobId });
    const { importId } = await test.finish('import', job);
    await expectWhole(test, importId);
    // Its beginning is looked into once more for what it is; the rest goes on where whole chunks end.
    const again = readAfter(disk.accesses(), before, 'model/model.onnx').filter((position) => position > 0);
    expect(Math.min(...again)).toBeGreaterThanOrEqual(CHUNK_BYTES);
  });

  it('is named with volume, file and bytes by the import of a set, which keeps all the rest and reads only that later', async () => {
    const name = hex(weights);
    const disk = watchDisk([{ op: 'read', path: `blobs/sha256/${name}`, from: BAD_AT, to: BAD_AT + 1 }]);
    const { facility, target } = await receiving();
    const failed = await importSet(facility, target).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'MEDIA-GONE' });
    const range = `bytes ${CHUNK_BYTES}-${2 * CHUNK_BYTES - 1}`;
    expect((failed as Error).message).toMatch(`volume 1, blobs/sha256/${name}, ${range}: cannot be read`);
    expect((failed as Error).message).toMatch(`bytes ${BAD_AT}-`);
    const before = disk.accesses().length;
    disk.heal();
    const { imports } = await importSet(facility, target);
    await expectWhole(facility, imports[0]);
    const again = readAfter(disk.accesses(), before, path.join(folderOf(target), `blobs/sha256/${name}`));
    expect(Math.min(...again)).toBe(CHUNK_BYTES);
    expect(Math.max(...again)).toBeLessThan(2 * CHUNK_BYTES);
  });

  it('does not stop anybody when the second try goes well', async () => {
    watchDisk([
      { op: 'read', path: 'model/model.onnx', from: BAD_AT, to: BAD_AT + 1, times: 1 },
      { op: 'read', path: `blobs/sha256/${hex(weights)}`, from: BAD_AT, to: BAD_AT + 1, times: 1 },
      { op: 'read', path: 'set.dsse.json', times: 1 },
    ]);
    const { facility, target } = await receiving();
    const { imports } = await importSet(facility, target);
    await expectWhole(facility, imports[0]);
    const test = await openTestEngine({ workerUrl: watchedWorkerUrl });
    const { importId } = await test.finish('import', (await importing(test)).job);
    await expectWhole(test, importId);
  });
});

describe('a place that a disk cannot write', () => {
  it.each(['write', 'sync'] as const)(
    'of this home ends an import (%s), which says so and goes on later',
    async (op) => {
      const disk = watchDisk([{ op, path: '/incoming', from: BAD_AT, to: BAD_AT + 1 }]);
      const test = await openTestEngine({ workerUrl: watchedWorkerUrl });
      const { job } = await importing(test);
      await expect(test.finish('import', job)).rejects.toMatchObject({
        code: 'MEDIA-GONE',
        details: { next: expect.stringContaining('Check the disk that this home lies on.') as unknown },
      });
      disk.heal();
      await test.engine.call('jobs.resume', { id: job.jobId });
      await expectWhole(test, (await test.finish('import', job)).importId);
    },
  );

  it('of this home ends the import of a set, which goes on later', async () => {
    const disk = watchDisk([{ op: 'write', path: `${hex(weights)}.part`, from: BAD_AT, to: BAD_AT + 1 }]);
    const { facility, target } = await receiving();
    const started = await facility.engine.call('bundles.import', { sources: [facility.locate(target)] });
    await expect(facility.finish('bundle-import', started)).rejects.toMatchObject({ code: 'MEDIA-GONE' });
    disk.heal();
    await facility.engine.call('jobs.resume', { id: started.jobId });
    const { imports } = await facility.finish('bundle-import', started);
    await expectWhole(facility, imports[0]);
  });

  it.each(['write', 'sync'] as const)('of a medium makes a set go to another one (%s)', async (op) => {
    const [bad, good] = ['bad', 'good'].map((name) => path.join(temporaryFolder(), name));
    for (const folder of [bad, good]) mkdirSync(folder ?? '');
    watchDisk([{ op, path: `${bad}/`, from: BAD_AT, to: BAD_AT + 1 }]);
    const vendor = await openSite('vendor', 'packer', undefined, watchedWorkerUrl);
    await publish(vendor, 'toy', '1.0.0', files);
    const started = await vendor.engine.call('bundles.create', {
      releases: [{ model: 'toy', version: '1.0.0' }],
      volumes: [bad, good].map((folder) => ({ location: vendor.locate(folder ?? '') })),
    });
    const set = await vendor.finish('bundle-create', started);
    expect(set.volumes.map(({ label }) => label)).toEqual(['good']);
    expect(readdirSync(bad ?? '')).toEqual([]);
    const facility = await openSite('facility', 'operator');
    await trust(facility, vendor, ['*']);
    await expectWhole(facility, (await importSet(facility, good ?? '')).imports[0]);
  });
});

/** The set's folder on a medium. */
function folderOf(target: string): string {
  const [name = ''] = readdirSync(target).filter((each) => each.startsWith('sallyport-'));
  return path.join(target, name);
}
