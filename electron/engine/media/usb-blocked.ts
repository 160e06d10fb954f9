import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FoundVolume } from './found-volume.ts';

/**
 * USB devices that the kernel does not let in (`authorized` is 0: USBGuard or a like policy). They have no block device,
 * so lsblk cannot show them, and without this an operator sees a drive that does nothing.
 */
export async function listBlockedUsb(sysfs = '/sys/bus/usb/devices'): Promise<FoundVolume[]> {
  const names = await readdir(sysfs).catch(() => []);
  const found = await Promise.all(names.sort().map((name) => blockedDevice(sysfs, name)));
  return found.filter((volume) => volume !== null);
}

async function blockedDevice(sysfs: string, name: string): Promise<FoundVolume | null> {
  // Interfaces (`1-2:1.0`) have a flag of their own; the device's is the one a policy sets.
  if (name.includes(':') || (await readAttribute(sysfs, name, 'authorized')) !== '0') return null;
  const [maker, product, serial] = await Promise.all(
    ['manufacturer', 'product', 'serial'].map((attribute) => readAttribute(sysfs, name, attribute)),
  );
  return {
    mountPath: null,
    device: `usb ${name}`,
    label: [maker, product].filter(Boolean).join(' '),
    fileSystem: '',
    sizeBytes: 0,
    freeBytes: null,
    readOnly: true,
    transport: 'usb',
    serial: serial || null,
    uuid: null,
    maxFileBytes: null,
    state: 'blocked',
  };
}

async function readAttribute(sysfs: string, device: string, attribute: string): Promise<string> {
  const text = await readFile(path.join(sysfs, device, attribute), 'utf8').catch(() => '');
  return text.trim();
}
