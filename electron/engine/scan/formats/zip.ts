import type { FormatScanner, ScanTarget } from '../format-scanner.ts';
import { readZipDirectory } from '../zip/zip-directory.ts';
import { findTrailingZip } from '../polyglot.ts';
import { scanMember } from '../zip/scan-members.ts';

/** A zip of anything; of arrays alone it is what numpy.savez writes. */
export const zip: FormatScanner = {
  format: 'zip',
  alsoReads: ['zip'],
  recognises: isZip,
  scan({ source }, context) {
    const entries = readZipDirectory(source, context);
    const formats = entries.map((entry) => scanMember(source, entry, context));
    const isNpz = entries.every(({ name }, index) => name.endsWith('.npy') && formats[index] === 'npy');
    if (!isNpz || entries.length === 0) context.find('archive.plain', `It holds ${entries.length} members.`);
  },
};

/** By its first bytes, or by an end record, since whoever reads a zip finds it from its end. */
export function isZip({ source, head }: ScanTarget): boolean {
  const start = Buffer.from(head.subarray(0, 4)).toString('latin1');
  return start === 'PK\x03\x04' || start === 'PK\x05\x06' || findTrailingZip(source) !== null;
}
