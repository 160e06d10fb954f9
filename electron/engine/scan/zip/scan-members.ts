import type { ByteSource } from '../byte-source.ts';
import type { ScanContext } from '../format-scanner.ts';
import { Malformed } from '../malformed.ts';
import type { ZipEntry } from './zip-entry.ts';
import { openMember } from './zip-member.ts';

/** Opens a member; where it cannot be, there is a finding, and the other members are still to be looked at. */
export function openAndTell(
  archive: ByteSource,
  entry: ZipEntry,
  context: ScanContext,
): ByteSource | undefined {
  if (entry.isDirectory) return undefined;
  try {
    return openMember(archive, entry, context);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    context.find(error.rule, error.message, { offset: error.offset, subject: entry.name });
    return undefined;
  }
}

/** Scans a member by its content, whatever its name says. Returns its format, undefined where it was not opened. */
export function scanMember(archive: ByteSource, entry: ZipEntry, context: ScanContext): string | undefined {
  const content = openAndTell(archive, entry, context);
  return content === undefined ? undefined : context.scanInside(entry.name, content);
}
