import { describe, expect, it } from 'vitest';
import { parsePowerShell } from '#engine/media/windows-volumes.ts';

const stick = {
  Path: '\\\\?\\Volume{1f3c}\\',
  DriveLetter: 'E',
  DriveType: 'Removable',
  Label: 'VENDOR-A',
  FileSystem: 'FAT32',
  Size: 62008590336,
  SizeRemaining: 61000000000,
  BusType: 'USB',
  SerialNumber: '0401C9A1',
  FriendlyName: 'Kingston DataTraveler 3.0',
  IsReadOnly: false,
  IsOffline: false,
  IsSystem: false,
};
const parse = (...rows: object[]) => parsePowerShell(JSON.stringify(rows));

describe('Get-Volume and Get-Disk', () => {
  it('give a stick with its serial and the limit of FAT32', () => {
    expect(parse(stick)).toEqual([
      {
        mountPath: 'E:\\',
        device: 'E:',
        label: 'VENDOR-A',
        fileSystem: 'FAT32',
        sizeBytes: 62008590336,
        freeBytes: 61000000000,
        readOnly: false,
        transport: 'usb',
        serial: '0401C9A1',
        uuid: null,
        maxFileBytes: 4 * 1024 ** 3 - 1,
        state: 'ready',
      },
    ]);
  });

  it('give a USB SSD that says it is fixed, and no disk that Windows runs from', () => {
    const ssd = { ...stick, DriveType: 'Fixed', FileSystem: 'exFAT' };
    const system = { ...ssd, DriveLetter: 'C', BusType: 'NVMe', IsSystem: true };
    const recovery = { ...ssd, DriveLetter: '', BusType: 'NVMe' };
    expect(parse(ssd, system, recovery)).toMatchObject([{ device: 'E:', maxFileBytes: null }]);
  });

  it('give what has no letter as not mounted, what is offline as blocked, a disc as read-only', () => {
    const disc = { ...stick, DriveType: 'CD-ROM', FileSystem: 'UDF', BusType: '' };
    const noDisc = { ...disc, Size: 0 };
    expect(parse({ ...stick, DriveLetter: '' }, { ...stick, IsOffline: true }, disc, noDisc)).toMatchObject([
      { state: 'not-mounted', mountPath: null, device: '\\\\?\\Volume{1f3c}\\' },
      { state: 'blocked', mountPath: null },
      { state: 'ready', readOnly: true, transport: 'unknown' },
    ]);
  });

  it('are read as one object, as nothing, and with a byte order mark', () => {
    expect(parsePowerShell(`\ufeff${JSON.stringify(stick)}`)).toHaveLength(1);
    expect(parsePowerShell('')).toEqual([]);
  });
});
