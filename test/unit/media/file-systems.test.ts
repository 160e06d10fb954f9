import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileSystemOfMagic, isReadOnlyByNature, maxFileBytesOf } from '#engine/media/file-systems.ts';
import { spaceOf, volumeOfFolder } from '#engine/media/folder-volume.ts';
import { nearestExisting, refuseWithoutRoom } from '#engine/media/target-room.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

describe('limits of file systems', () => {
  it.each(['vfat', 'msdos', 'FAT32'])('%s holds files under 4 GiB', (name) => {
    expect(maxFileBytesOf(name)).toBe(4_294_967_295);
  });

  it('are none for exFAT, NTFS, ext4, APFS and what is not known', () => {
    for (const name of ['exfat', 'NTFS', 'ext4', 'apfs', 'hfsplus', ''])
      expect(maxFileBytesOf(name)).toBeNull();
  });

  it('know what cannot be written to and what statfs means', () => {
    expect(isReadOnlyByNature('iso9660')).toBe(true);
    expect(isReadOnlyByNature('exfat')).toBe(false);
    expect(fileSystemOfMagic(0x4d44)).toBe('vfat');
    // Signed on the way through 32 bits.
    expect(fileSystemOfMagic(0x9123683e | 0)).toBe('btrfs');
    expect(fileSystemOfMagic(1)).toBe('');
  });
});

describe('a folder that a person chose', () => {
  it('is a volume even when no list knows it', async () => {
    const folder = temporaryFolder();
    const volume = await volumeOfFolder(folder, []);
    expect(volume).toMatchObject({ transport: 'folder', state: 'ready', readOnly: false });
    expect(volume.sizeBytes).toBeGreaterThan(0);
    expect(volume.freeBytes).toBeGreaterThan(0);
  });

  it('is the listed volume that holds it, the innermost one', async () => {
    const folder = temporaryFolder();
    const base = { ...(await volumeOfFolder(folder, [])), transport: 'usb' };
    mkdirSync(path.join(folder, 'inner', 'deep'), { recursive: true });
    const known = [
      { ...base, mountPath: folder, label: 'OUTER' },
      { ...base, mountPath: path.join(folder, 'inner'), label: 'INNER' },
      { ...base, mountPath: null, label: 'ABSENT' },
    ];
    expect(await volumeOfFolder(path.join(folder, 'inner', 'deep'), known)).toMatchObject({ label: 'INNER' });
    expect(await volumeOfFolder(folder, known)).toMatchObject({ label: 'OUTER' });
  });
});

describe('room for what is to be written', () => {
  it('is asked of the nearest folder that exists', async () => {
    const folder = temporaryFolder();
    expect(await nearestExisting(path.join(folder, 'a', 'b'))).toBe(folder);
  });

  it('is refused with exact numbers, folders on one file system counted together', async () => {
    const folder = temporaryFolder();
    const { freeBytes, blockBytes } = await spaceOf(folder);
    const half = Math.ceil(freeBytes / 2) + 1024 * blockBytes;
    await refuseWithoutRoom([{ folder, fileSizes: [1], folders: 1 }]);
    const write = (name: string) => ({ folder: path.join(folder, name), fileSizes: [half], folders: 0 });
    await expect(refuseWithoutRoom([write('volume-1'), write('volume-2')])).rejects.toMatchObject({
      code: 'DISK-FULL',
      details: { expected: `${2 * Math.ceil(half / blockBytes) * blockBytes} bytes free` },
    });
  });
});
