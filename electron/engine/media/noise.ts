/**
 * What desktop systems and file systems leave on media by themselves. It is neither listed nor read nor taken in, so it
 * cannot hide anything: a signed list that names such a file finds it missing. Source: reference "Removable media".
 */
const names = new Set([
  '.ds_store',
  '.trashes',
  '.spotlight-v100',
  '.fseventsd',
  'system volume information',
  '$recycle.bin',
  'lost+found',
  'thumbs.db',
  'desktop.ini',
]);

/** Is a file or folder of this name known noise? Case does not matter, as on FAT. */
export function isNoise(name: string): boolean {
  return name.startsWith('._') || names.has(name.toLowerCase());
}
