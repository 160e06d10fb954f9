import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { HashPool } from '#engine/hashing/hash-pool.ts';
import { DeviceQueue } from '#engine/media/device-queue.ts';
import { MediaFolder } from '#engine/media/media-folder.ts';
import { parseDigestList } from '#engine/trust/formats/digest-list.ts';
import { verifyFolder } from '#engine/trust/verify-folder.ts';
import { needsProgram } from '../../fixtures/needs.ts';
import { run, succeeds } from '../../fixtures/peers.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { workerUrl } from '../../fixtures/worker-url.ts';

const at = new Date('2026-11-23T10:00:00.000Z');
const names = ['a.bin', 'sub/name with (blanks).bin', 'ü.bin'];

function filledFolder(): string {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'sub'));
  for (const name of names) writeFileSync(path.join(folder, name), `${name} `.repeat(1000));
  return folder;
}

const pool = new HashPool({ workerUrl, size: 1 });
afterAll(() => pool.close());

function verify(folder: string) {
  return verifyFolder(new MediaFolder(folder, { pool, devices: new DeviceQueue() }), { anchors: [], at });
}

describe.each([
  ['sha256sum', 'SHA256SUMS', 'sha256', 'sha256sums'],
  ['sha384sum', 'SHA384SUMS', 'sha384', 'sha384sums'],
  ['sha512sum', 'SHA512SUMS', 'sha512', 'sha512sums'],
  ['b2sum', 'B2SUMS', 'blake2b-512', 'blake2bsums'],
  ['b3sum', 'B3SUMS', 'blake3', 'blake3sums'],
])('with %s', (program, listName, algorithm, format) => {
  beforeEach((context) => needsProgram(context, program));
  const flagSets = program === 'b3sum' ? [[]] : [[], ['-b'], ['--tag']];

  it.each(flagSets.map((flags) => ({ flags })))('lists made there hold here ($flags)', async ({ flags }) => {
    const folder = filledFolder();
    const list = run(program, [...flags, ...names], '', folder);
    const read = parseDigestList(Buffer.from(list), listName);
    expect(read).toMatchObject({ problems: [], weakLines: 0 });
    expect(read.entries.map((entry) => [entry.path, entry.algorithm])).toEqual(
      names.map((name) => [name, algorithm]),
    );
    writeFileSync(path.join(folder, listName), list);
    expect(succeeds(program, ['--check', listName], undefined, folder)).toBe(true);
    expect(await verify(folder)).toMatchObject({
      format,
      verdict: 'not-checked',
      signature: 'absent',
      files: { verified: 3, missing: [], extra: [], mismatched: [] },
    });
    writeFileSync(path.join(folder, 'a.bin'), 'changed');
    rmSync(path.join(folder, 'ü.bin'));
    writeFileSync(path.join(folder, 'new.bin'), '');
    expect(await verify(folder)).toMatchObject({
      verdict: 'failed',
      files: { missing: ['ü.bin'], extra: ['new.bin'], mismatched: ['a.bin'] },
    });
  });
});

describe('with lists of every kind', () => {
  beforeEach((context) => needsProgram(context, 'sha512sum'));

  it('escaped names are understood, and refused for what they are', () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'a\nb'), 'x');
    const { entries, problems } = parseDigestList(Buffer.from(run('sha512sum', ['a\nb'], '', folder)), 'S');
    expect(entries).toEqual([]);
    expect(problems).toMatchObject([{ code: 'PATH-UNSAFE', path: 'a\nb' }]);
  });

  it('MD5 and SHA-1 count for nothing', async () => {
    for (const program of ['md5sum', 'sha1sum', 'sha224sum']) {
      const folder = filledFolder();
      writeFileSync(path.join(folder, 'sums'), run(program, names, '', folder));
      const report = await verify(folder);
      expect(report).toMatchObject({ verdict: 'not-checked', files: { listed: 0, verified: 0 } });
      expect(report.checks).toContainEqual(
        expect.objectContaining({ id: 'files.list', status: 'warning', path: 'sums' }),
      );
    }
  });

  it('b2sum under a name that does not say so: a difference says how it was read', async (context) => {
    needsProgram(context, 'b2sum');
    const folder = filledFolder();
    writeFileSync(path.join(folder, 'checksums.txt'), run('b2sum', names, '', folder));
    const report = await verify(folder);
    expect(report.verdict).toBe('failed');
    expect(report.checks.find(({ id }) => id === 'files.digest')?.detail).toMatch(/BLAKE2b/);
  });
});
