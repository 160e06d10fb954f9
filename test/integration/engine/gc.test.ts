import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';

function layOut(files: Readonly<Record<string, string>>): string {
  const folder = path.join(temporaryFolder(), 'model');
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  return folder;
}

async function importFiles(test: TestEngine, files: Readonly<Record<string, string>>, version: string) {
  const input = { source: test.locate(layOut(files)), model: 'toy', version };
  return (await test.finish('import', await test.engine.call('imports.start', input))).importId;
}

const digestOf = (content: string) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

function blobOf(test: TestEngine, content: string): string {
  const hex = digestOf(content).slice(7);
  return path.join(test.home, 'blobs/sha256', hex.slice(0, 2), hex);
}

/** Bytes in the store that no row knows, as a crash between rename and commit leaves them. */
function strand(test: TestEngine, content: string): void {
  mkdirSync(path.dirname(blobOf(test, content)), { recursive: true });
  writeFileSync(blobOf(test, content), content);
}

describe('garbage collection', () => {
  it('removes what nothing needs, and says what needs the rest', async () => {
    const test = await openTestEngine();
    const id = await importFiles(test, { 'model.txt': 'weights' }, '1.0.0');
    await test.engine.call('imports.publish', { id, acceptUnsigned: { reason: 'a test' } });
    await test.engine.call('releases.revoke', { model: 'toy', version: '1.0.0', reason: 'evidence is kept' });
    const trial = await importFiles(test, { 'model.txt': 'on trial' }, '2.0.0');
    strand(test, 'stranded');
    strand(test, 'on trial'); // published half-way: in the store, wanted by an import that is still open

    const plan = await test.engine.call('gc.run', { dryRun: true });
    expect(plan.removed).toEqual([{ digest: digestOf('stranded'), sizeBytes: 8, keptBecause: null }]);
    expect(plan.bytesFreed).toBe(8);
    expect(plan.kept).toBe(3);
    const because = new Map(plan.keptItems.map((item) => [item.digest, item.keptBecause]));
    expect(because.get(digestOf('weights'))).toBe('toy@1.0.0');
    expect(because.get(digestOf('on trial'))).toBe(`import ${trial} of toy@2.0.0`);
    expect(existsSync(blobOf(test, 'stranded'))).toBe(true);

    const done = await test.engine.call('gc.run', { dryRun: false });
    expect(done).toEqual({ ...plan, dryRun: false });
    expect(existsSync(blobOf(test, 'stranded'))).toBe(false);
    expect(existsSync(blobOf(test, 'weights'))).toBe(true);
    const [entry] = await test.engine.call('audit.list', { limit: 1 });
    expect(entry?.body).toMatchObject({
      act: 'gc.run',
      subjects: [{ name: '8 bytes', digest: digestOf('stranded') }],
    });

    // What was on trial can be published afterwards.
    await test.engine.call('imports.publish', { id: trial, acceptUnsigned: { reason: 'a test' } });
    expect((await test.finish('fixity', await test.engine.call('fixity.start', {}))).ok).toBe(true);
    // The rows it removed were none that the log vouches for.
    const audit = await test.engine.call('audit.verify', {});
    const broken = audit.checks.filter((check) => check.status === 'failed').map((check) => check.path ?? '');
    expect(broken.filter((name) => name.startsWith('row blobs'))).toEqual([]);
  });

  it('sweeps the quarantine of imports that are over, never of open ones', async () => {
    const test = await openTestEngine();
    const open = await importFiles(test, { 'model.txt': 'open' }, '1.0.0');
    const rejected = await importFiles(test, { 'model.txt': 'rejected' }, '2.0.0');
    await test.engine.call('imports.reject', { id: rejected, reason: 'a test' });
    const quarantine = path.join(test.home, 'quarantine');
    const stranger = 'imp-00000000000000ff';
    for (const id of [rejected, stranger]) {
      mkdirSync(path.join(quarantine, id));
      writeFileSync(path.join(quarantine, id, 'left'), 'over');
    }
    const report = await test.engine.call('gc.run', { dryRun: false });
    expect([...report.sweptImports].sort()).toEqual([stranger, rejected].sort());
    expect(report.bytesFreed).toBe(8);
    expect(readdirSync(quarantine)).toEqual([open]);
  });

  it('does nothing, and puts nothing on record, when there is nothing to do', async () => {
    const test = await openTestEngine();
    const head = await test.engine.call('audit.head', {});
    const report = await test.engine.call('gc.run', { dryRun: false });
    expect(report).toMatchObject({ removed: [], kept: 0, bytesFreed: 0, sweptImports: [] });
    expect(await test.engine.call('audit.head', {})).toEqual(head);
  });
});
