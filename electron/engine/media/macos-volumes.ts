import { z } from 'zod';
import { isReadOnlyByNature, maxFileBytesOf } from './file-systems.ts';
import { parsePlist } from './plist.ts';
import { runTool } from './run-tool.ts';
import type { FoundVolume } from './found-volume.ts';

const Partition = z.object({ DeviceIdentifier: z.string() });
const Disks = z.object({
  AllDisksAndPartitions: z.array(
    Partition.extend({
      Partitions: z.array(Partition).default([]),
      APFSVolumes: z.array(Partition).default([]),
    }),
  ),
});

const Info = z.object({
  DeviceIdentifier: z.string(),
  DeviceNode: z.string(),
  VolumeName: z.string().default(''),
  MediaName: z.string().default(''),
  MountPoint: z.string().default(''),
  /** `msdos`, `exfat`, `apfs`, `hfs`, `ntfs`, `cd9660`, `udf`; absent when nothing on it can be mounted. */
  FilesystemType: z.string().default(''),
  FilesystemName: z.string().default(''),
  VolumeUUID: z.string().nullable().default(null),
  BusProtocol: z.string().default('unknown'),
  TotalSize: z.number().default(0),
  FreeSpace: z.number().optional(),
  Internal: z.boolean().default(true),
  Removable: z.boolean().default(false),
  Ejectable: z.boolean().default(false),
  WritableVolume: z.boolean().default(true),
  WritableMedia: z.boolean().default(true),
});

/** Every external, removable or ejectable volume that diskutil knows. */
export async function listMacVolumes(): Promise<FoundVolume[]> {
  const ids = parseDiskutilList(await runTool('diskutil', ['list', '-plist']));
  const infos: FoundVolume[] = [];
  // One after the other: diskutil serialises anyway.
  for (const id of ids) {
    const volume = parseDiskutilInfo(await runTool('diskutil', ['info', '-plist', id]));
    if (volume !== null) infos.push(volume);
  }
  return infos;
}

/** Identifiers of everything in `diskutil list -plist` that may hold files: partitions, APFS volumes, unpartitioned disks. */
export function parseDiskutilList(plist: string): string[] {
  const { AllDisksAndPartitions: disks } = Disks.parse(parsePlist(plist));
  return disks.flatMap((disk) => {
    const inner = [...disk.Partitions, ...disk.APFSVolumes];
    return (inner.length > 0 ? inner : [disk]).map((partition) => partition.DeviceIdentifier);
  });
}

/** Reads `diskutil info -plist`; null for disks of the Mac itself and for partitions without a file system. */
export function parseDiskutilInfo(plist: string): FoundVolume | null {
  const info = Info.parse(parsePlist(plist));
  const carriesFiles = info.FilesystemType !== '' || info.MountPoint !== '';
  const comesAndGoes = !info.Internal || info.Removable || info.Ejectable;
  if (!carriesFiles || !comesAndGoes) return null;
  // hfs names both kinds here; only the one before HFS+ has the small limit.
  const fileSystem = info.FilesystemType === 'hfs' ? 'hfsplus' : info.FilesystemType;
  return {
    mountPath: info.MountPoint === '' ? null : info.MountPoint,
    device: info.DeviceNode,
    label: info.VolumeName || info.MediaName,
    fileSystem,
    sizeBytes: info.TotalSize,
    freeBytes: info.MountPoint === '' ? null : (info.FreeSpace ?? null),
    readOnly: !info.WritableVolume || !info.WritableMedia || isReadOnlyByNature(fileSystem),
    transport: info.BusProtocol.toLowerCase(),
    // diskutil does not tell it; the device tree does, in another tool.
    serial: null,
    uuid: info.VolumeUUID,
    maxFileBytes: maxFileBytesOf(fileSystem),
    state: info.MountPoint === '' ? 'not-mounted' : 'ready',
  };
}
