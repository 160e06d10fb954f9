import { describe, expect, it } from 'vitest';
import { parseDiskutilInfo, parseDiskutilList } from '#engine/media/macos-volumes.ts';
import { parsePlist } from '#engine/media/plist.ts';

const plist = (body: string) => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${body}
</plist>
`;

const info = (fields: string) =>
  plist(`<dict>
  <key>DeviceIdentifier</key><string>disk4s1</string>
  <key>DeviceNode</key><string>/dev/disk4s1</string>
  <key>BusProtocol</key><string>USB</string>
  <key>TotalSize</key><integer>62008590336</integer>
  ${fields}
</dict>`);

const mounted = `
  <key>VolumeName</key><string>Vendor &amp; Co</string>
  <key>MountPoint</key><string>/Volumes/Vendor &amp; Co</string>
  <key>FilesystemType</key><string>msdos</string>
  <key>FreeSpace</key><integer>61000000000</integer>
  <key>Internal</key><false/>
  <key>WritableVolume</key><true/>
  <key>WritableMedia</key><true/>`;

describe('diskutil list -plist', () => {
  it('names partitions, APFS volumes and disks without either', () => {
    const list = plist(`<dict>
  <key>AllDisks</key><array><string>disk0</string></array>
  <key>AllDisksAndPartitions</key>
  <array>
    <dict>
      <key>DeviceIdentifier</key><string>disk3</string>
      <key>APFSVolumes</key><array><dict><key>DeviceIdentifier</key><string>disk3s1</string></dict></array>
      <key>Partitions</key><array/>
    </dict>
    <dict>
      <key>DeviceIdentifier</key><string>disk4</string>
      <key>Partitions</key>
      <array>
        <dict><key>DeviceIdentifier</key><string>disk4s1</string><key>Size</key><integer>62008590336</integer></dict>
      </array>
    </dict>
    <dict><key>DeviceIdentifier</key><string>disk5</string></dict>
  </array>
</dict>`);
    expect(parseDiskutilList(list)).toEqual(['disk3s1', 'disk4s1', 'disk5']);
  });
});

describe('diskutil info -plist', () => {
  it('gives a mounted FAT stick', () => {
    expect(parseDiskutilInfo(info(mounted))).toEqual({
      mountPath: '/Volumes/Vendor & Co',
      device: '/dev/disk4s1',
      label: 'Vendor & Co',
      fileSystem: 'msdos',
      sizeBytes: 62008590336,
      freeBytes: 61000000000,
      readOnly: false,
      transport: 'usb',
      serial: null,
      uuid: null,
      maxFileBytes: 4 * 1024 ** 3 - 1,
      state: 'ready',
    });
  });

  it('gives one that is not mounted, and one that cannot be written to', () => {
    const absent = mounted.replace(/<key>MountPoint.*\n/, '');
    expect(parseDiskutilInfo(info(absent))).toMatchObject({
      mountPath: null,
      freeBytes: null,
      state: 'not-mounted',
    });
    const locked = mounted.replace('<key>WritableMedia</key><true/>', '<key>WritableMedia</key><false/>');
    expect(parseDiskutilInfo(info(locked))).toMatchObject({ readOnly: true });
  });

  it('leaves out the disks of the Mac itself and partitions without files', () => {
    expect(parseDiskutilInfo(info(mounted.replace('<false/>', '<true/>')))).toBeNull();
    expect(parseDiskutilInfo(info('<key>Internal</key><false/>'))).toBeNull();
  });
});

describe('property lists', () => {
  it('are read with every kind of value', () => {
    const body =
      '<dict><key>a</key><array><true/><false/><integer>-7</integer><real>0.5</real></array>' +
      '<key>b</key><dict/><key>c</key><string/><key>d</key><string>&lt;&#65;&#x42;&gt;</string><key>e</key><array/></dict>';
    expect(parsePlist(plist(body))).toEqual({ a: [true, false, -7, 0.5], b: {}, c: '', d: '<AB>', e: [] });
  });

  it.each(['', 'not xml', plist(''), plist('<dict><string>x</string></dict>'), plist('<dict><key>a</key>')])(
    'that are broken are refused',
    (text) => {
      expect(() => parsePlist(text)).toThrow(SyntaxError);
    },
  );
});
