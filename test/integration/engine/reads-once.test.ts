import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hex, kitOps, layOut, modelPack, plain, tarOf, type Files } from '../../fixtures/model-sources.ts';
import { opaqueWeights } from '../../fixtures/safetensors-file.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine } from '../../fixtures/test-engine.ts';
import { createSet, importSet, openSite, openTwoSites, publish, trust } from '../../fixtures/two-sites.ts';
import { watchDisk, watchedWorkerUrl } from '../../fixtures/watch-disk.ts';
import type { DiskAccess } from '../../fixtures/watched-disk.ts';

/** More than a chunk, so that two threads hash it; several small ones; one that is looked into for what it is. */
const weights = opaqueWeights(20_000_000);
const model: Files = {
  'model.safetensors': weights,
  'second.safetensors': opaqueWeights(400_000),
  'table.txt': 'a line of text\n'.repeat(20_000),
  'config.json': '{"layers":2}',
  'doc/README.md': '# read',
  'doc/empty.txt': '',
};
const listed: Files = { ...model, SHA256SUMS: `${hex(weights)}  model.safetensors\n` };

/** Every regular file at a place. */
function filesAt(place: string): string[] {
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** The reads of each file at the places, in order of time. */
function readsBelow(accesses: readonly DiskAccess[], ...places: string[]): Map<string, DiskAccess[]> {
  const reads = accesses.filter(({ op, length }) => op === 'read' && length > 0);
  const files = places.flatMap(filesAt);
  return new Map(
    files.map((file) => [file, reads.filter((read) => read.path === file).sort((a, b) => a.begun - b.begun)]),
  );
}

/** No byte is read twice; answers with how many never were. */
function unreadOf(file: string, reads: readonly DiskAccess[]): number {
  let end = 0;
  let unread = 0;
  for (const read of reads.toSorted((a, b) => a.position - b.position)) {
    expect(read.position, `${file} is read again at ${read.position}`).toBeGreaterThanOrEqual(end);
    unread += read.position - end;
    end = read.position + read.length;
  }
  return unread + statSync(file).size - end;
}

function expectOnce(reads: ReadonlyMap<string, readonly DiskAccess[]>, mayLack = 0): void {
  expect(reads.size).toBeGreaterThan(0);
  for (const [file, each] of reads) expect(unreadOf(file, each), file).toBeLessThanOrEqual(mayLack);
}

function expectAscending(reads: ReadonlyMap<string, readonly DiskAccess[]>): void {
  for (const [file, each] of reads) {
    const positions = each.map(({ position }) => position);
    expect(positions, file).toEqual(positions.toSorted((a, b) => a - b));
  }
}

/** While one access to the places is under way, no other is. */
function expectOneReader(reads: ReadonlyMap<string, readonly DiskAccess[]>): void {
  const all = [...reads.values()].flat().sort((a, b) => a.begun - b.begun);
  for (const [n, read] of all.entries()) {
    const before = all[n - 1];
    if (before !== undefined) expect(read.begun).toBeGreaterThanOrEqual(before.ended);
  }
}

async function importPlace(place: string, count: number): Promise<DiskAccess[]> {
  const { accesses } = watchDisk();
  const test = await openTestEngine({ workerUrl: watchedWorkerUrl });
  const input = { source: test.locate(place), model: 'toy', version: '1.0.0' };
  const { importId } = await test.finish('import', await test.engine.call('imports.start', input));
  const { files } = await test.engine.call('imports.get', { id: importId });
  expect(files.map((file) => [file.path, file.digest])).toEqual(
    expect.arrayContaining(Object.entries(model).map(([name, content]) => [name, `sha256:${hex(content)}`])),
  );
  expect(files).toHaveLength(count);
  return accesses();
}

describe('an import reads every byte of its source once, by one reader', () => {
  it('a folder with a list, from front to back', async () => {
    const place = plain(listed);
    const reads = readsBelow(await importPlace(place, 7), place);
    expectOnce(reads);
    expectAscending(reads);
    expectOneReader(reads);
  });

  it('an OCI layout with raw layers, from front to back; its marker and its config are no part of the release', async () => {
    const place = modelPack(listed);
    const reads = readsBelow(await importPlace(place, 7), place);
    expectOnce(reads, 30);
    expectAscending(reads);
    expectOneReader(reads);
  });

  it('an OCI layout with tar layers: their headers, then what lies between', async () => {
    const place = kitOps(listed);
    const reads = readsBelow(await importPlace(place, 7), place);
    expectOnce(reads, 30);
    expectOneReader(reads);
  });

  it('a tar: its headers, then what lies between, but for the padding', async () => {
    const place = tarOf(plain(listed));
    const reads = readsBelow(await importPlace(place, 7), place);
    expectOnce(reads, 512 * Object.keys(listed).length);
    expectOneReader(reads);
    const payload = (reads.get(place) ?? []).filter(({ length }) => length > 100_000);
    expectAscending(new Map([[place, payload]]));
  });

  it('a set on three volumes', async () => {
    const vendor = await openSite('vendor', 'packer');
    await publish(vendor, 'toy', '1.0.0', model);
    const { folders } = await createSet(vendor, ['toy@1.0.0'], {
      volumeBytes: 8_000_000,
      maxFileBytes: 5_000_000,
    });
    expect(folders).toHaveLength(3);
    const { accesses } = watchDisk();
    const facility = await openSite('facility', 'operator', undefined, watchedWorkerUrl);
    await trust(facility, vendor, ['*']);
    await importSet(facility, ...folders);
    const reads = readsBelow(accesses(), ...folders);
    expectOnce(reads);
    expectAscending(reads);
    expectOneReader(reads);
  });
});

describe('two jobs on one device', () => {
  it('read one after the other: an import, a folder that is verified and a set that is taken in', async () => {
    const { vendor } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', { 'model.onnx': opaqueWeights(30_000_000), 'config.json': '{}' });
    const { folders } = await createSet(vendor, ['toy@1.0.0']);
    const { accesses } = watchDisk();
    const facility = await openSite('facility', 'operator', undefined, watchedWorkerUrl);
    await trust(facility, vendor, ['*']);
    const other = layOut(path.join(temporaryFolder(), 'other'), listed);
    const third = layOut(path.join(temporaryFolder(), 'third'), listed);
    const sources = folders.map((folder) => facility.locate(folder));
    const jobs = await Promise.all([
      facility.engine.call('imports.start', {
        source: facility.locate(other),
        model: 'other',
        version: '1.0.0',
      }),
      facility.engine.call('verify.start', { sources: [facility.locate(third)] }),
      facility.engine.call('bundles.import', { sources }),
    ]);
    for (const { jobId } of jobs) await facility.untilState(jobId, 'done');
    const reads = readsBelow(accesses(), other, third, ...folders);
    const whole = [...reads.values()].flat().filter(({ length }) => length > 100_000);
    expect(new Set(whole.map(({ path: file }) => path.dirname(file))).size).toBeGreaterThanOrEqual(3);
    expectOneReader(new Map([['all', whole]]));
  });
});
