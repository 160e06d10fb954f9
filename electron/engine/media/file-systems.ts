const FAT32_MAX_FILE_BYTES = 4 * 1024 ** 3 - 1;
const FAT16_MAX_FILE_BYTES = 2 * 1024 ** 3 - 1;

/**
 * File systems that cannot hold a file of any size that is met in practice, by every name the three platforms use.
 * FAT32: the directory entry has a 32-bit size (Microsoft FAT specification 1.03). HFS: 31 bits. ISO 9660 without
 * multi-extent files: 32 bits. All others here hold more than a volume does.
 */
const limits: Readonly<Record<string, number>> = {
  vfat: FAT32_MAX_FILE_BYTES,
  msdos: FAT32_MAX_FILE_BYTES,
  fat32: FAT32_MAX_FILE_BYTES,
  fat16: FAT16_MAX_FILE_BYTES,
  fat12: FAT16_MAX_FILE_BYTES,
  fat: FAT16_MAX_FILE_BYTES,
  hfs: FAT16_MAX_FILE_BYTES,
  iso9660: FAT32_MAX_FILE_BYTES,
  cd9660: FAT32_MAX_FILE_BYTES,
  cdfs: FAT32_MAX_FILE_BYTES,
};

const neverWritable = new Set(['iso9660', 'cd9660', 'cdfs', 'squashfs']);

/** Largest single file in bytes that `fileSystem` (as lsblk, diskutil or PowerShell names it) holds; null: no limit worth naming. */
export function maxFileBytesOf(fileSystem: string): number | null {
  return limits[fileSystem.toLowerCase()] ?? null;
}

/** File systems that have no way to be written to once made. */
export function isReadOnlyByNature(fileSystem: string): boolean {
  return neverWritable.has(fileSystem.toLowerCase());
}

/** Linux's statfs magic numbers (statfs(2)) for what a chosen folder may lie on. */
const magics: Readonly<Record<number, string>> = {
  0x4d44: 'vfat',
  0x2011bab0: 'exfat',
  0x5346544e: 'ntfs',
  0x7366746e: 'ntfs3',
  0xef53: 'ext4',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
  0xf2f52010: 'f2fs',
  0x01021994: 'tmpfs',
  0x9660: 'iso9660',
  0x15013346: 'udf',
  0x482b: 'hfsplus',
  0x4244: 'hfs',
  0x73717368: 'squashfs',
  0x794c7630: 'overlay',
  0x6969: 'nfs',
  0x517b: 'smb',
  0xff534d42: 'cifs',
  0xfe534d42: 'smb2',
  0x65735546: 'fuse',
};

/** Name of the file system with this statfs type on Linux; empty when it is not known. */
export function fileSystemOfMagic(type: number): string {
  return magics[type >>> 0] ?? '';
}
