import type { FoundVolume } from './found-volume.ts';
import { listLinuxVolumes } from './linux-volumes.ts';
import { listMacVolumes } from './macos-volumes.ts';
import { listWindowsVolumes } from './windows-volumes.ts';

/** What is plugged in. The one thing of this room that tests stub. */
export interface VolumeLister {
  /**
   * Volumes that may carry something across the gap, also those that cannot be used as they are. Never the disks the
   * system itself runs from. Throws only when the platform's own tool is missing or fails.
   */
  list(): Promise<FoundVolume[]>;
}

const listers: Partial<Record<NodeJS.Platform, () => Promise<FoundVolume[]>>> = {
  linux: listLinuxVolumes,
  darwin: listMacVolumes,
  win32: listWindowsVolumes,
};

/** The lister of this platform; on one that has none the list is empty and choosing a folder still works. */
export function systemVolumes(platform: NodeJS.Platform = process.platform): VolumeLister {
  return { list: listers[platform] ?? (() => Promise.resolve([])) };
}
