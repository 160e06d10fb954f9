import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { blobFile, flipBit } from '../../fixtures/fixity.ts';
import { opaqueWeights } from '../../fixtures/safetensors-file.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import type { TestEngine } from '../../fixtures/test-engine.ts';
import { createSet, openSite, publish } from '../../fixtures/two-sites.ts';

const CHUNK_BYTES = 16 * 1024 * 1024;

async function check(test: TestEngine) {
  return test.finish('fixity', await test.engine.call('fixity.start', {}));
}

async function repairFrom(test: TestEngine, ...places: string[]) {
  const from = { sources: places.map((place) => test.locate(place)) };
  return test.finish('repair', await test.engine.call('fixity.repair', { from }));
}

/** A folder with these files. */
function folderOf(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = path.join(temporaryFolder(), 'stick');
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  return folder;
}

async function expectWell(test: TestEngine, weights: Uint8Array): Promise<void> {
  expect(readFileSync(blobFile(test.home, weights)).equals(weights)).toBe(true);
  expect((await check(test)).ok).toBe(true);
  expect((await test.engine.call('fixity.status', {})).damaged).toEqual([]);
  expect((await test.engine.call('audit.verify', {})).ok).toBe(true);
  const left = readdirSync(path.join(test.home, 'blobs'), { recursive: true, encoding: 'utf8' });
  expect(left.filter((name) => /^(?:damaged|repair)\//.test(name))).toEqual([]);
}

describe('a damaged blob', () => {
  it('is repaired from a folder, of which only the damaged chunk is read, and that is on record', async () => {
    const test = await openSite('site', 'operator');
    const weights = opaqueWeights(3 * CHUNK_BYTES + 500);
    await publish(test, 'toy', '1.0.0', { 'model.onnx': weights });
    flipBit(blobFile(test.home, weights), CHUNK_BYTES + 9);
    expect((await check(test)).ok).toBe(false);
    expect(existsSync(blobFile(test.home, weights))).toBe(false);

    // The file is under another name there, beside one of its size that is something else.
    const other = opaqueWeights(3 * CHUNK_BYTES + 500);
    const place = folderOf({ 'a.onnx': other, 'renamed.bin': weights });
    const report = await repairFrom(test, place);
    expect(report).toMatchObject({ ok: true, blobs: [{ repaired: true, missing: [] }] });
    // One chunk of the wrong file, then one of the right one.
    expect(report.bytesRead).toBe(2 * CHUNK_BYTES);
    const [entry] = await test.engine.call('audit.list', { limit: 1 });
    expect(entry?.body).toMatchObject({
      act: 'fixity.repair',
      object: 'toy@1.0.0: model.onnx',
      details: { from: 'stick', read: String(2 * CHUNK_BYTES) },
    });
    await expectWell(test, weights);
  });

  it('is repaired from the volumes of a set that come one after the other; what is there of it is kept', async () => {
    const test = await openSite('site', 'operator');
    const weights = opaqueWeights(2 * CHUNK_BYTES + 500);
    await publish(test, 'toy', '1.0.0', { 'model.onnx': weights });
    const { folders } = await createSet(test, ['toy@1.0.0'], {
      volumeBytes: 20_000_000,
      maxFileBytes: CHUNK_BYTES,
    });
    expect(folders.length).toBeGreaterThan(1);
    rmSync(blobFile(test.home, weights));
    expect((await check(test)).checks[0]).toMatchObject({ status: 'failed', found: 'no file' });

    const [first = '', ...others] = folders;
    const partly = await repairFrom(test, first);
    expect(partly.ok).toBe(false);
    expect(partly.checks[0]?.detail).toMatch(/^Still lacks bytes /);
    const rest = await repairFrom(test, ...others);
    expect(rest.ok).toBe(true);
    expect(partly.bytesRead + rest.bytesRead).toBe(weights.length);
    await expectWell(test, weights);
  });

  it('is not repaired by what is damaged itself, and goes on with what the next place has', async () => {
    const test = await openSite('site', 'operator');
    const weights = opaqueWeights(3 * CHUNK_BYTES);
    await publish(test, 'toy', '1.0.0', { 'model.onnx': weights });
    for (const chunk of [0, 2]) flipBit(blobFile(test.home, weights), chunk * CHUNK_BYTES);
    await check(test);
    const half = folderOf({ 'model.onnx': weights });
    flipBit(path.join(half, 'model.onnx'), 2 * CHUNK_BYTES + 1);
    const partly = await repairFrom(test, half);
    expect(partly.blobs).toMatchObject([
      { repaired: false, missing: [{ start: 2 * CHUNK_BYTES, end: 3 * CHUNK_BYTES - 1 }] },
    ]);
    expect(existsSync(blobFile(test.home, weights))).toBe(false);
    const rest = await repairFrom(test, folderOf({ 'model.onnx': weights }));
    expect(rest).toMatchObject({ ok: true, bytesRead: CHUNK_BYTES });
    await expectWell(test, weights);
  });

  it('that nobody knows of is not looked for', async () => {
    const test = await openSite('site', 'operator');
    await publish(test, 'toy', '1.0.0', { 'notes.txt': 'a note' });
    const place = folderOf({ 'notes.txt': 'a note' });
    expect(await repairFrom(test, place)).toMatchObject({ ok: true, blobs: [] });
    const from = { sources: [test.locate(place)] };
    const digest = `sha256:${'0'.repeat(64)}`;
    const unknown = test.engine.call('fixity.repair', { from, blobs: [digest] });
    await expect(unknown).rejects.toMatchObject({ code: 'NOT-FOUND' });
  });
});
