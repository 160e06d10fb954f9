import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { HashPool } from '#engine/hashing/hash-pool.ts';
import { writeFileDurably } from '#engine/store/durable.ts';
import { needsMount } from '../../fixtures/needs.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { workerUrl } from '../../fixtures/worker-url.ts';

let pool: HashPool;
beforeAll(() => (pool = new HashPool({ workerUrl, size: 2 })));
afterAll(() => pool.close());

function source(sizeBytes: number): string {
  const file = path.join(temporaryFolder(), 'model.bin');
  writeFileSync(file, '');
  truncateSync(file, sizeBytes);
  return file;
}

function mounted(options: string, type = 'tmpfs', device = 'tmpfs'): string {
  const folder = temporaryFolder();
  execFileSync('mount', ['-t', type, '-o', options, device, folder]);
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}

/** A small ext4 in a file: there long copies are written past the page cache. */
function smallExt4(sizeBytes: number): string {
  const image = path.join(temporaryFolder(), 'disk.img');
  writeFileSync(image, '');
  truncateSync(image, sizeBytes);
  execFileSync('mkfs.ext4', ['-q', '-F', image]);
  return mounted('loop', 'ext4', image);
}

describe('a disk that cannot take the copy', () => {
  beforeEach((context) => needsMount(context));

  it('is DISK-FULL when it fills up, and nothing stays there', async () => {
    const disk = mounted('size=8m');
    const target = path.join(disk, 'copy');
    const copy = pool.copyFile({ source: source(20_000_000), target, algorithms: ['sha256'] });
    await expect(copy).rejects.toMatchObject({
      code: 'DISK-FULL',
      details: { path: target },
      cause: { code: 'ENOSPC' },
    });
    expect(readdirSync(disk)).toEqual([]);
  });

  it('is DISK-FULL also for writes past the page cache', async () => {
    const disk = smallExt4(64_000_000);
    const target = path.join(disk, 'copy');
    const copy = pool.copyFile({ source: source(100_000_000), target, algorithms: ['sha256'] });
    await expect(copy).rejects.toMatchObject({ code: 'DISK-FULL', cause: { code: 'ENOSPC' } });
    expect(existsSync(target)).toBe(false);
  });

  it('copies whole onto such a disk when there is room', async () => {
    const disk = smallExt4(96_000_000);
    const file = source(40_000_001);
    const target = path.join(disk, 'copy');
    const found = await pool.copyFile({ source: file, target, algorithms: ['sha256'] });
    const again = await pool.hashFile({ path: target, algorithms: ['sha256'] });
    expect(again).toEqual(found);
  });

  it('is MEDIA-READ-ONLY when it is', async () => {
    const disk = mounted('ro');
    const target = path.join(disk, 'copy');
    const copy = pool.copyFile({ source: source(10), target, algorithms: ['sha256'] });
    await expect(copy).rejects.toMatchObject({ code: 'MEDIA-READ-ONLY' });
    await expect(writeFileDurably(path.join(disk, 'note'), 'x')).rejects.toMatchObject({
      code: 'MEDIA-READ-ONLY',
    });
  });

  it('leaves the old small file as it was', async () => {
    const disk = mounted('size=1m');
    const file = path.join(disk, 'note');
    await writeFileDurably(file, 'old');
    await expect(writeFileDurably(file, new Uint8Array(2_000_000))).rejects.toMatchObject({
      code: 'DISK-FULL',
    });
    expect(readdirSync(disk)).toEqual(['note']);
  });
});
