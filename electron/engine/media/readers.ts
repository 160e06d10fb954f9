import { readFile, realpath, stat } from 'node:fs/promises';

/** Readers that keep two cores busy where a device answers several at a time as fast as one. */
const READERS = 2;

/**
 * How many files below a folder are best read at a time. One on disks that turn and on media that can be taken out; one, too,
 * on systems that do not say, since a second reader costs such a device much more than a first one gains from it.
 */
export async function readersOf(folder: string): Promise<number> {
  if (process.platform !== 'linux') return 1;
  try {
    const { dev } = await stat(folder);
    return (await isSlow(`/sys/dev/block/${majorOf(dev)}:${minorOf(dev)}`)) ? 1 : READERS;
  } catch {
    return 1;
  }
}

/** `device` is a link to the device, or to a partition inside the folder of its device. */
async function isSlow(device: string): Promise<boolean> {
  const place = await realpath(device).catch(() => '');
  // A virtual machine is told that all its disks turn, whatever they are.
  if (/\/virtio\d+\//.test(place)) return false;
  const facts = ['queue/rotational', '../queue/rotational', 'removable', '../removable'];
  const answers = await Promise.all(facts.map((fact) => says(`${place}/${fact}`)));
  return answers.includes(true) || place.includes('/usb');
}

/** Folders in memory, in overlays and on the network have no such file: nothing there turns. */
async function says(file: string): Promise<boolean> {
  return (await readFile(file, 'latin1').catch(() => '0')).trim() === '1';
}

/** The numbers as glibc packs them (gnu_dev_major, gnu_dev_minor). */
function majorOf(device: number): number {
  const bits = BigInt(device);
  return Number(((bits >> 8n) & 0xfffn) | ((bits >> 32n) & ~0xfffn));
}

function minorOf(device: number): number {
  const bits = BigInt(device);
  return Number((bits & 0xffn) | ((bits >> 12n) & ~0xffn & 0xffffffffn));
}
