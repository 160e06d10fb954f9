import { z } from 'zod';
import { isReadOnlyByNature, maxFileBytesOf } from './file-systems.ts';
import { runTool } from './run-tool.ts';
import { listBlockedUsb } from './usb-blocked.ts';
import type { FoundVolume } from './found-volume.ts';

const columns =
  'PATH,TYPE,TRAN,HOTPLUG,RM,SERIAL,VENDOR,MODEL,MOUNTPOINTS,LABEL,PARTLABEL,FSTYPE,UUID,SIZE,FSAVAIL,RO';

// Older util-linux prints numbers and flags as strings.
const flag = z.union([z.boolean(), z.enum(['0', '1']).transform((text) => text === '1')]);
const count = z.coerce.number().int().nonnegative();
const text = z.string().nullable().default(null);

const Facts = z.object({
  path: z.string(),
  type: z.string(),
  tran: text,
  hotplug: flag.default(false),
  rm: flag.default(false),
  ro: flag.default(false),
  serial: text,
  vendor: text,
  model: text,
  label: text,
  partlabel: text,
  fstype: text,
  uuid: text,
  size: count.nullable().default(null),
  fsavail: count.nullable().default(null),
  mountpoints: z.array(z.string().nullable()).default([]),
});
interface Device extends z.infer<typeof Facts> {
  readonly children: readonly Device[];
}
const Device: z.ZodType<Device> = Facts.extend({ children: z.lazy(() => z.array(Device)).default([]) });

const Listing = z.object({ blockdevices: z.array(Device) });

/** What a partition takes from the disk it lies on. */
interface Disk {
  readonly transport: string;
  readonly serial: string | null;
  readonly name: string;
  readonly pluggable: boolean;
  readonly readOnly: boolean;
}

/** Where desktops and operators mount what comes and goes. */
const mediaFolders = ['/media/', '/run/media/', '/mnt/'];
const pluggableTransports = new Set(['usb', 'mmc', 'ieee1394', 'fc', 'iscsi']);
/** Not volumes with files of their own, but layers below one. */
const layers = new Set(['crypto_LUKS', 'LVM2_member', 'linux_raid_member', 'swap', 'zfs_member']);

/** Every volume lsblk sees that may carry something across the gap, and USB devices the system blocks. */
export async function listLinuxVolumes(): Promise<FoundVolume[]> {
  const [json, blocked] = await Promise.all([
    runTool('lsblk', ['-J', '-b', '-o', columns]),
    listBlockedUsb(),
  ]);
  return [...parseLsblk(json), ...blocked];
}

/**
 * Reads `lsblk -J -b`. The removable flag alone lies (USB SSDs say fixed), so a volume counts as media when its disk is
 * hot-pluggable, removable or on a pluggable bus, or when it is mounted where media are mounted.
 */
export function parseLsblk(json: string): FoundVolume[] {
  const { blockdevices } = Listing.parse(JSON.parse(json));
  return blockdevices.flatMap((device) => volumesOf(device, diskOf(device)));
}

function volumesOf(device: Device, disk: Disk): FoundVolume[] {
  const below = device.children.flatMap((child) => volumesOf(child, disk));
  if (below.length > 0) return below;
  // A card reader without a card, an empty optical drive.
  if (device.size === null || device.size === 0) return [];
  const mountPath = device.mountpoints.find((path) => path !== null && path !== '[SWAP]') ?? null;
  const mountedAsMedia = mountPath !== null && mediaFolders.some((folder) => mountPath.startsWith(folder));
  if (!mountedAsMedia && !(disk.pluggable && !isSystemMount(mountPath))) return [];
  return [toVolume(device, disk, mountPath)];
}

function toVolume(device: Device, disk: Disk, mountPath: string | null): FoundVolume {
  const fileSystem = device.fstype ?? '';
  const locked = layers.has(fileSystem);
  return {
    mountPath: locked ? null : mountPath,
    device: device.path,
    label: device.label ?? device.partlabel ?? disk.name,
    fileSystem,
    sizeBytes: device.size ?? 0,
    freeBytes: device.fsavail,
    readOnly: device.ro || disk.readOnly || isReadOnlyByNature(fileSystem),
    transport: disk.transport,
    serial: disk.serial,
    uuid: device.uuid,
    maxFileBytes: maxFileBytesOf(fileSystem),
    state: mountPath === null || locked ? 'not-mounted' : 'ready',
  };
}

function diskOf(device: Device): Disk {
  const transport = device.tran ?? (device.type === 'loop' ? 'loop' : '');
  return {
    transport: transport || 'unknown',
    serial: device.serial,
    name: [device.vendor, device.model]
      .map((part) => part?.trim())
      .filter(Boolean)
      .join(' '),
    pluggable: device.hotplug || device.rm || device.type === 'rom' || pluggableTransports.has(transport),
    readOnly: device.ro,
  };
}

/** A system that runs from a USB disk does not offer that disk as media. */
function isSystemMount(mountPath: string | null): boolean {
  return mountPath !== null && /^\/(?:$|boot|efi|usr|var|home|etc|nix|snap)/.test(mountPath);
}
