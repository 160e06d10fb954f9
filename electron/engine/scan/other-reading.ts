import type { ByteSource } from './byte-source.ts';
import type { FormatScanner } from './format-scanner.ts';
import { probePickle } from './pickle/probe.ts';
import { findTrailingZip } from './polyglot.ts';

/** What a loader that ignores names would take the file for, beside its format: a zip by its end, a pickle by its opcodes. */
export function otherReading(
  source: ByteSource,
  alsoReads: FormatScanner['alsoReads'] = [],
): 'zip' | 'pickle' | undefined {
  if (!alsoReads.includes('zip') && findTrailingZip(source) !== null) return 'zip';
  if (!alsoReads.includes('pickle') && probePickle(source).calls) return 'pickle';
  return undefined;
}
