import { z } from 'zod';
import { isReadOnlyByNature, maxFileBytesOf } from './file-systems.ts';
import { runTool } from './run-tool.ts';
import type { FoundVolume } from './found-volume.ts';

/**
 * One object a volume: Get-Volume joined with the disk it lies on. Enumerations are made strings, since Windows
 * PowerShell 5.1 prints them as numbers and PowerShell 7 does not.
 */
const script = `
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = [System.Text.Encoding]::UTF8
$disks = @{}
foreach ($p in Get-Partition) { foreach ($a in $p.AccessPaths) { if ($a) { $disks[$a] = Get-Disk -Number $p.DiskNumber } } }
$rows = foreach ($v in Get-Volume) {
  $d = $disks[$v.Path]
  [pscustomobject]@{
    Path = $v.Path; DriveLetter = "$($v.DriveLetter)".Trim([char]0); DriveType = "$($v.DriveType)"
    Label = "$($v.FileSystemLabel)"; FileSystem = "$($v.FileSystem)"; Size = $v.Size; SizeRemaining = $v.SizeRemaining
    BusType = "$($d.BusType)"; SerialNumber = "$($d.SerialNumber)".Trim(); FriendlyName = "$($d.FriendlyName)"
    IsReadOnly = [bool]$d.IsReadOnly; IsOffline = [bool]$d.IsOffline; IsSystem = [bool]($d.IsSystem -or $d.IsBoot)
  }
}
ConvertTo-Json -InputObject @($rows) -Depth 3 -Compress`;

const Row = z.object({
  Path: z.string(),
  DriveLetter: z.string(),
  DriveType: z.string(),
  Label: z.string(),
  FileSystem: z.string(),
  Size: z.number().nullable(),
  SizeRemaining: z.number().nullable(),
  BusType: z.string(),
  SerialNumber: z.string(),
  FriendlyName: z.string(),
  IsReadOnly: z.boolean(),
  IsOffline: z.boolean(),
  IsSystem: z.boolean(),
});
type Row = z.infer<typeof Row>;

const pluggable = new Set(['usb', 'sd', 'mmc', '1394']);

/** Every volume Windows knows that lies on a removable, pluggable or optical drive or on a disk it does not boot from. */
export async function listWindowsVolumes(): Promise<FoundVolume[]> {
  const args = ['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-Command', script];
  return parsePowerShell(await runTool('powershell.exe', args));
}

/** Reads what the script prints; a lone object instead of a list is taken too, as ConvertTo-Json is prone to. */
export function parsePowerShell(json: string): FoundVolume[] {
  const parsed: unknown = JSON.parse(json.replace(/^\ufeff/, '').trim() || '[]');
  return z
    .array(Row)
    .parse(Array.isArray(parsed) ? parsed : [parsed])
    .filter(carriesMedia)
    .map(toVolume);
}

function carriesMedia(row: Row): boolean {
  if (row.DriveType === 'CD-ROM') return (row.Size ?? 0) > 0;
  if (row.DriveType === 'Removable' || pluggable.has(row.BusType.toLowerCase())) return true;
  return row.DriveType === 'Fixed' && row.DriveLetter !== '' && !row.IsSystem;
}

function toVolume(row: Row): FoundVolume {
  const mounted = row.DriveLetter !== '' && row.FileSystem !== '' && !row.IsOffline;
  return {
    mountPath: mounted ? `${row.DriveLetter}:\\` : null,
    device: row.DriveLetter === '' ? row.Path : `${row.DriveLetter}:`,
    label: row.Label || row.FriendlyName,
    fileSystem: row.FileSystem,
    sizeBytes: row.Size ?? 0,
    freeBytes: mounted ? row.SizeRemaining : null,
    readOnly: row.IsReadOnly || row.DriveType === 'CD-ROM' || isReadOnlyByNature(row.FileSystem),
    transport: row.BusType.toLowerCase() || 'unknown',
    serial: row.SerialNumber || null,
    // Windows tells only names that it gave itself.
    uuid: null,
    maxFileBytes: maxFileBytesOf(row.FileSystem),
    state: row.IsOffline ? 'blocked' : mounted ? 'ready' : 'not-mounted',
  };
}
