import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLsblk } from '#engine/media/linux-volumes.ts';
import { listBlockedUsb } from '#engine/media/usb-blocked.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const GIB = 1024 ** 3;

/** A device as `lsblk -J -b` of util-linux 2.38 prints it; fields that do not matter are null. */
function device(fields: Record<string, unknown>) {
  return {
    path: '/dev/sdx',
    type: 'disk',
    tran: null,
    hotplug: false,
    rm: false,
    serial: null,
    vendor: null,
    model: null,
    mountpoints: [null],
    label: null,
    partlabel: null,
    fstype: null,
    size: 64 * GIB,
    fsavail: null,
    ro: false,
    ...fields,
  };
}

const parse = (...blockdevices: unknown[]) => parseLsblk(JSON.stringify({ blockdevices }));

const stick = device({
  path: '/dev/sdb',
  tran: 'usb',
  hotplug: true,
  rm: true,
  serial: '0401C9A1',
  vendor: 'Kingston',
  model: 'DataTraveler 3.0',
  children: [
    device({
      path: '/dev/sdb1',
      type: 'part',
      hotplug: true,
      rm: true,
      label: 'VENDOR-A',
      fstype: 'vfat',
      size: 60 * GIB,
      fsavail: 58 * GIB,
      mountpoints: ['/media/operator/VENDOR-A'],
    }),
  ],
});

describe('lsblk', () => {
  it('shows a mounted stick with the serial of its disk and the limit of FAT32', () => {
    expect(parse(stick)).toEqual([
      {
        mountPath: '/media/operator/VENDOR-A',
        device: '/dev/sdb1',
        label: 'VENDOR-A',
        fileSystem: 'vfat',
        sizeBytes: 60 * GIB,
        freeBytes: 58 * GIB,
        readOnly: false,
        transport: 'usb',
        serial: '0401C9A1',
        uuid: null,
        maxFileBytes: 4 * GIB - 1,
        state: 'ready',
      },
    ]);
  });

  it('takes a USB SSD for media although its removable flag says fixed', () => {
    const ssd = device({
      tran: 'usb',
      children: [device({ path: '/dev/sdx1', type: 'part', fstype: 'exfat', label: 'SSD' })],
    });
    expect(parse(ssd)).toMatchObject([
      { label: 'SSD', transport: 'usb', state: 'not-mounted', mountPath: null, maxFileBytes: null },
    ]);
  });

  it('never shows the disks that the system runs from', () => {
    const system = device({
      tran: 'nvme',
      children: [
        device({ type: 'part', fstype: 'ext4', mountpoints: ['/'] }),
        device({ type: 'part', fstype: 'swap', mountpoints: ['[SWAP]'] }),
        device({ type: 'part', fstype: 'vfat', mountpoints: ['/boot/efi'] }),
      ],
    });
    const liveStick = device({ tran: 'usb', rm: true, fstype: 'ext4', mountpoints: ['/'] });
    expect(parse(system, liveStick)).toEqual([]);
  });

  it('shows an internal disk that is mounted where media are', () => {
    const archive = device({ tran: 'sata', fstype: 'xfs', label: 'ARCHIVE', mountpoints: ['/mnt/archive'] });
    expect(parse(archive)).toMatchObject([{ label: 'ARCHIVE', transport: 'sata', state: 'ready' }]);
  });

  it('shows a disc as read-only, and neither an empty drive nor an empty card reader', () => {
    const disc = device({
      path: '/dev/sr0',
      type: 'rom',
      tran: 'sata',
      fstype: 'iso9660',
      label: 'SET_1',
      ro: false,
    });
    const empty = device({ path: '/dev/sr1', type: 'rom', size: 0 });
    const reader = device({ path: '/dev/sdc', tran: 'usb', rm: true, size: 0 });
    expect(parse(disc, empty, reader)).toMatchObject([
      { device: '/dev/sr0', readOnly: true, state: 'not-mounted' },
    ]);
  });

  it('shows a write-protected stick as read-only', () => {
    const card = device({ tran: 'usb', ro: true, children: [device({ type: 'part', fstype: 'vfat' })] });
    expect(parse(card)).toMatchObject([{ readOnly: true }]);
  });

  it('shows an encrypted stick as not mounted until it is opened, then what is inside', () => {
    const locked = device({ tran: 'usb', children: [device({ type: 'part', fstype: 'crypto_LUKS' })] });
    expect(parse(locked)).toMatchObject([
      { fileSystem: 'crypto_LUKS', state: 'not-mounted', mountPath: null },
    ]);
    const inside = device({
      path: '/dev/mapper/luks',
      type: 'crypt',
      fstype: 'ext4',
      mountpoints: ['/media/x'],
    });
    const opened = device({
      tran: 'usb',
      children: [device({ type: 'part', fstype: 'crypto_LUKS', children: [inside] })],
    });
    expect(parse(opened)).toMatchObject([{ device: '/dev/mapper/luks', state: 'ready', transport: 'usb' }]);
  });

  it('reads the strings of older util-linux', () => {
    const old = device({
      tran: 'usb',
      hotplug: '1',
      rm: '1',
      ro: '0',
      size: '1024',
      fstype: 'vfat',
      fsavail: '512',
    });
    expect(parse(old)).toMatchObject([{ sizeBytes: 1024, freeBytes: 512, readOnly: false }]);
  });

  it('refuses output that is something else', () => {
    expect(() => parseLsblk('{}')).toThrow();
  });
});

describe('USB devices that the system blocks', () => {
  it('are shown, and those let in are not', async () => {
    const sysfs = temporaryFolder();
    const add = (name: string, attributes: Record<string, string>) => {
      mkdirSync(path.join(sysfs, name));
      for (const [key, value] of Object.entries(attributes))
        writeFileSync(path.join(sysfs, name, key), `${value}\n`);
    };
    add('1-2', { authorized: '0', manufacturer: 'Kingston', product: 'DataTraveler', serial: '0401' });
    add('1-3', { authorized: '1', product: 'Keyboard' });
    add('1-2:1.0', { authorized: '0' });
    expect(await listBlockedUsb(sysfs)).toMatchObject([
      {
        device: 'usb 1-2',
        label: 'Kingston DataTraveler',
        serial: '0401',
        state: 'blocked',
        mountPath: null,
      },
    ]);
  });

  it('are none where there is no sysfs', async () => {
    expect(await listBlockedUsb(path.join(temporaryFolder(), 'absent'))).toEqual([]);
  });
});
