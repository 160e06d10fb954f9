import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Registry } from '#engine/registry/registry.ts';
import { allowUnknownFormats, reviewed } from '../../fixtures/lenient-policy.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';

const CHUNK_BYTES = 16 * 1024 * 1024;

function layOut(files: Readonly<Record<string, Uint8Array | string>>): string {
  const folder = path.join(temporaryFolder(), 'model');
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  return folder;
}

async function publish(
  test: TestEngine,
  files: Readonly<Record<string, Uint8Array | string>>,
  version: string,
) {
  const input = { source: test.locate(layOut(files)), model: 'toy', version };
  const { importId } = await test.finish('import', await test.engine.call('imports.start', input));
  await allowUnknownFormats(test);
  const accepted = { acceptUnsigned: { reason: 'a test' }, acceptReview: reviewed };
  await test.engine.call('imports.publish', { id: importId, ...accepted });
}

function blobOf(test: TestEngine, content: Uint8Array | string): string {
  const hex = createHash('sha256').update(content).digest('hex');
  return path.join(test.home, 'blobs/sha256', hex.slice(0, 2), hex);
}

/** What a failing disk does: one bit of a read-only file. */
function flipBit(file: string, position: number): void {
  chmodSync(file, 0o644);
  const descriptor = openSync(file, 'r+');
  const byte = new Uint8Array(1);
  readSync(descriptor, byte, 0, 1, position);
  writeSync(descriptor, Uint8Array.of((byte[0] ?? 0) ^ 4), 0, 1, position);
  closeSync(descriptor);
  chmodSync(file, 0o444);
}

async function fixity(test: TestEngine, version?: string) {
  const input = version === undefined ? {} : { release: { model: 'toy', version } };
  return test.finish('fixity', await test.engine.call('fixity.start', input));
}

async function lastEntry(test: TestEngine) {
  const [entry] = await test.engine.call('audit.list', { limit: 1 });
  return entry?.body;
}

const weights = new Uint8Array(2 * CHUNK_BYTES + 500).fill(7);

describe('a fixity check', () => {
  it('finds all as published, says so on record, and remembers when', async () => {
    const test = await openTestEngine();
    await publish(test, { 'model.onnx': weights, 'config.json': '{}' }, '1.0.0');
    await publish(test, { 'model.onnx': weights, 'config.json': '{"v":2}' }, '2.0.0');
    const report = await fixity(test);
    expect(report.ok).toBe(true);
    // The weights are one blob of both; each release has a config of its own beside config.json.
    expect(report.filesChecked).toBe(5);
    expect(report.bytesChecked).toBeGreaterThan(weights.length);
    expect(report.bytesChecked).toBeLessThan(2 * weights.length);
    expect(report.checks.map(({ status, path: name }) => [status, name])).toEqual([
      ['verified', 'toy@1.0.0'],
      ['verified', 'toy@2.0.0'],
    ]);
    expect(await lastEntry(test)).toMatchObject({
      act: 'fixity.run',
      outcome: 'done',
      object: 'all releases',
    });
    const status = await test.engine.call('fixity.status', {});
    expect(status).toMatchObject({ blobs: 5, neverRead: 0, damaged: [], job: null });
    expect(status.oldestReadAt).not.toBeNull();
    expect((await test.engine.call('audit.verify', {})).ok).toBe(true);
  });

  it('names the byte range of a flipped bit in every release that has it, and sets the blob aside', async () => {
    const test = await openTestEngine();
    await publish(test, { 'model.onnx': weights, 'config.json': '{}' }, '1.0.0');
    await publish(test, { 'renamed.onnx': weights }, '2.0.0');
    await publish(test, { 'other.onnx': 'not concerned' }, '3.0.0');
    flipBit(blobOf(test, weights), CHUNK_BYTES + 77);
    const report = await fixity(test);
    expect(report.ok).toBe(false);
    const failed = report.checks.filter((check) => check.status === 'failed');
    expect(failed.map((check) => [check.code, check.path])).toEqual([
      ['FIXITY-FAILED', 'toy@1.0.0: model.onnx'],
      ['FIXITY-FAILED', 'toy@2.0.0: renamed.onnx'],
    ]);
    for (const check of failed) {
      expect(check.found).toContain(`bytes ${CHUNK_BYTES}-${2 * CHUNK_BYTES - 1}`);
      expect(check.expected).toBe(`sha256:${path.basename(blobOf(test, weights))}`);
    }
    expect(report.checks.filter((check) => check.status === 'verified').map((check) => check.path)).toEqual([
      'toy@3.0.0',
    ]);
    expect(await lastEntry(test)).toMatchObject({
      act: 'fixity.run',
      outcome: 'failed',
      details: { damaged: '1' },
    });
    expect(existsSync(blobOf(test, weights))).toBe(false);
    const [kept] = readdirSync(path.join(test.home, 'blobs/damaged'));
    expect(readFileSync(path.join(test.home, 'blobs/damaged', kept ?? '')).length).toBe(weights.length);

    const again = await fixity(test, '2.0.0');
    expect(again.checks).toMatchObject([{ status: 'failed', path: 'toy@2.0.0: renamed.onnx' }]);
    expect(again.checks[0]?.found).toContain(`bytes ${CHUNK_BYTES}-${2 * CHUNK_BYTES - 1}`);
    const { damaged } = await test.engine.call('fixity.status', {});
    expect(damaged).toMatchObject([
      {
        what: 'damaged',
        ranges: [{ start: CHUNK_BYTES, end: 2 * CHUNK_BYTES - 1 }],
        files: ['toy@1.0.0: model.onnx', 'toy@2.0.0: renamed.onnx'],
        releases: ['toy@1.0.0', 'toy@2.0.0'],
      },
    ]);
    expect((await fixity(test, '3.0.0')).ok).toBe(true);
  });

  it('finds what is gone and what is cut off', async () => {
    const test = await openTestEngine();
    await publish(test, { 'a.bin': 'first', 'b.bin': 'second', 'c.bin': weights }, '1.0.0');
    rmSync(blobOf(test, 'first'));
    const cut = blobOf(test, weights);
    chmodSync(cut, 0o644);
    truncateSync(cut, CHUNK_BYTES + 1);
    const report = await fixity(test);
    const failed = report.checks.filter((check) => check.status === 'failed');
    expect(failed.map((check) => check.path).sort()).toEqual(['toy@1.0.0: a.bin', 'toy@1.0.0: c.bin']);
    expect(failed.find((check) => check.path?.endsWith('c.bin'))?.found).toContain(
      `bytes ${CHUNK_BYTES}-${weights.length - 1}`,
    );
  });

  it('does not take the registry’s chunk list for the truth', async () => {
    const test = await openTestEngine();
    await publish(test, { 'model.onnx': weights }, '1.0.0');
    await test.engine.close();
    const registry = new Registry(path.join(test.home, 'registry.db'));
    const blob = registry.blobs.list().find((row) => row.sizeBytes === weights.length);
    if (blob === undefined) throw new Error('no such blob');
    registry.blobs.remove(blob.digest);
    registry.blobs.upsert({ ...blob, chunks: [...blob.chunks].reverse() });
    registry.close();
    const reopened = await openTestEngine({ home: test.home });
    const report = await fixity(reopened);
    expect(report.checks).toMatchObject([
      { status: 'failed', code: 'AUDIT-BROKEN', path: 'toy@1.0.0: model.onnx' },
    ]);
    expect(existsSync(blobOf(reopened, weights))).toBe(true);
  });

  it('knows no release that is not there', async () => {
    const test = await openTestEngine();
    const missing = test.engine.call('fixity.start', { release: { model: 'toy', version: '9.9.9' } });
    await expect(missing).rejects.toMatchObject({ code: 'NOT-FOUND' });
    expect((await fixity(test)).ok).toBe(true);
  });
});
