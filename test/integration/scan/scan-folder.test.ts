import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ScanReport } from '#shared/contract/scan.ts';
import { commandLine } from '../../fixtures/command-line.ts';
import { safetensorsFile } from '../../fixtures/safetensors-file.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';

const good = safetensorsFile({ 'layer.0.weight': [0, 1, -2], 'layer.1.weight': [Number.NaN, 4] });
/** Larger than the head that is read of any file. */
const large = safetensorsFile({ 'layer.0.weight': Array.from({ length: 100_000 }, (_, n) => n) });
const passphrase = 'a passphrase of the test';

function layOut(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = path.join(temporaryFolder(), 'model');
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  return folder;
}

async function scan(test: TestEngine, folder: string): Promise<ScanReport> {
  return test.finish('scan', await test.engine.call('scan.start', { source: test.locate(folder) }));
}

const rulesOf = (report: ScanReport, name: string) =>
  report.files.find((file) => file.path === name)?.findings.map(({ rule }) => rule);

describe('scanning a folder in place', () => {
  it('passes what was identified and read to the end, and records nothing', async () => {
    const test = await openTestEngine();
    const before = await test.engine.call('audit.head', {});
    const report = await scan(test, layOut({ 'model.safetensors': good }));
    expect(report).toMatchObject({
      verdict: 'pass',
      files: [{ path: 'model.safetensors', format: 'safetensors', bytesRead: good.length, digest: null }],
      across: [],
      sizeBytes: good.length,
      bytesRead: good.length,
      policy: { id: 'built-in', version: 0 },
    });
    expect(await test.engine.call('audit.head', {})).toEqual(before);
    expect(await test.engine.call('imports.list', {})).toEqual([]);
  });

  it('names a bad file, and the others are scanned all the same', async () => {
    const test = await openTestEngine();
    const report = await scan(test, layOut({ 'a.safetensors': good.subarray(0, -1), 'b.safetensors': good }));
    expect(report.verdict).toBe('block');
    expect(report.files.map(({ path: name, verdict }) => [name, verdict])).toEqual([
      ['a.safetensors', 'block'],
      ['b.safetensors', 'pass'],
    ]);
  });

  it('finds what is no regular file, has several names or holes, and follows nothing', async () => {
    const test = await openTestEngine();
    const folder = layOut({ 'a.safetensors': good, 'sparse.bin': '' });
    symlinkSync('/etc/passwd', path.join(folder, 'link'));
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    linkSync(path.join(folder, 'a.safetensors'), path.join(folder, 'b.safetensors'));
    truncateSync(path.join(folder, 'sparse.bin'), 4 * 1024 * 1024);
    writeFileSync(path.join(folder, 'nul'), 'x');
    const report = await scan(test, folder);
    expect(report.verdict).toBe('block');
    for (const name of ['link', 'pipe']) expect(rulesOf(report, name)).toEqual(['folder.not-regular']);
    expect(rulesOf(report, 'nul')).toEqual(['folder.unsafe-name']);
    expect(rulesOf(report, 'a.safetensors')).toEqual(['folder.hard-link']);
    expect(rulesOf(report, 'sparse.bin')).toContain('folder.sparse');
  });

  it('passes nothing when tensor data are left out', async () => {
    const test = await openTestEngine();
    const source = test.locate(layOut({ 'model.safetensors': large }));
    const report = await test.finish(
      'scan',
      await test.engine.call('scan.start', { source, extent: 'structure' }),
    );
    expect(report).toMatchObject({ verdict: 'review', extent: 'structure' });
    expect(report.bytesRead).toBeLessThan(report.sizeBytes);
    expect(rulesOf(report, 'model.safetensors')).toEqual(['file.not-read']);
  });

  it('takes a waiver of the very digest into account', async () => {
    const test = await openTestEngine();
    await test.engine.call('keys.create', { name: 'officer', passphrase });
    await test.engine.call('session.unlock', { name: 'officer', passphrase });
    const odd = Buffer.from([1, 2, 3, 4, 255, 254]);
    const folder = layOut({ 'model.safetensors': good, 'odd.xyz': odd });
    expect((await scan(test, folder)).verdict).toBe('block');
    const subject = `sha256:${createHash('sha256').update(odd).digest('hex')}`;
    const reason = 'a calibration table of ours';
    await test.engine.call('waivers.add', { subject, rule: 'file.unidentified', object: 'odd.xyz', reason });
    expect(await scan(test, folder)).toMatchObject({ verdict: 'pass', counts: { block: 0, waived: 1 } });
  });

  it('has nothing to say about nothing', async () => {
    const test = await openTestEngine();
    await expect(scan(test, layOut({}))).rejects.toMatchObject({ code: 'SOURCE-EMPTY' });
  });
});

describe('the command', () => {
  it('exits 0 for pass and 1 for anything else, with one JSON document', () => {
    const sallyport = commandLine(path.join(temporaryFolder(), 'home'));
    const passing = sallyport('--json', 'scan', layOut({ 'model.safetensors': good }));
    expect(passing.code).toBe(0);
    expect(passing.json<ScanReport>()).toMatchObject({
      verdict: 'pass',
      files: [
        {
          path: 'model.safetensors',
          format: 'safetensors',
          verdict: 'pass',
          sizeBytes: good.length,
          bytesRead: good.length,
          findings: [],
        },
      ],
    });
    const folder = layOut({
      'odd\u202exyz': Buffer.from([0, 1, 2, 3]),
      'odd.xyz': Buffer.from([0, 1, 2, 3]),
    });
    const blocked = sallyport('scan', folder);
    expect(blocked.code).toBe(1);
    expect(blocked.stdout).toMatch(/^BLOCK {2}2 files/);
    expect(blocked.stdout).toContain('file.unidentified');
    expect(blocked.stdout).toMatch(/why {3}Nobody can say/);
    expect(blocked.stdout).not.toContain('\u202e');
    expect(sallyport('scan', '--structure', layOut({ 'model.safetensors': large })).code).toBe(1);
    expect(sallyport('scan').code).toBe(2);
  });
});
