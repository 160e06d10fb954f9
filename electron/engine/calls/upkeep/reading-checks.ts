import type { Check } from '#shared/contract/evidence.ts';
import { formatRange } from '#engine/hashing/byte-range.ts';
import type { Reading } from '#engine/registry/fixity.ts';
import type { ReleaseBlob } from './release-blobs.ts';

/** Is the blob as published, as far as this reading can tell? */
export function isWell({ outcome }: Pick<Reading, 'outcome'>): boolean {
  return outcome === 'good' || outcome === 'repaired';
}

/** For the record, e.g. `damaged silero-vad@5.0.0: model.onnx`. */
export function summariseReading(reading: Reading, blob: ReleaseBlob): string {
  return `${words[reading.outcome]} ${blob.files[0] ?? blob.digest}`;
}

const words: Record<Reading['outcome'], string> = {
  good: 'good',
  repaired: 'repaired',
  damaged: 'damaged',
  missing: 'missing',
  unreadable: 'unreadable',
  'chunk-list': 'chunk list wrong',
};

/** A reading that is not well as checks, one for each file of a release that has these bytes. */
export function checksOfReading(reading: Reading, blob: ReleaseBlob): Check[] {
  if (isWell(reading)) return [];
  return blob.files.map((path) => ({
    id: 'fixity.bytes',
    status: 'failed',
    path,
    ...describe(reading, blob),
  }));
}

function describe(
  { outcome, ranges, found }: Reading,
  blob: ReleaseBlob,
): Pick<Check, 'code' | 'expected' | 'found' | 'detail'> {
  const where = ranges.map(([start, end]) => formatRange({ start, end })).join(', ');
  const code = outcome === 'chunk-list' ? 'AUDIT-BROKEN' : 'FIXITY-FAILED';
  switch (outcome) {
    case 'missing':
      return {
        code,
        expected: `${blob.sizeBytes} bytes`,
        found,
        detail: 'The stored bytes are gone. Repair them from a medium or a server that has them.',
      };
    case 'chunk-list':
      return {
        code,
        expected: blob.digest,
        found,
        detail: 'The bytes are good, but the chunk digests in the registry are not theirs.',
      };
    case 'damaged':
      return {
        code,
        expected: blob.digest,
        found: `${found}, ${where}`,
        detail: `Damaged: ${where}. Set aside; repair it from a medium or a server that has it.`,
      };
    default:
      return { code, found };
  }
}

/** One check for each release of which every blob is well. */
export function goodReleases(
  names: readonly string[],
  blobs: readonly ReleaseBlob[],
  readings: readonly Reading[],
): Check[] {
  const isBad = new Set(readings.filter((reading) => !isWell(reading)).map(({ digest }) => digest));
  const bad = new Set(blobs.filter(({ digest }) => isBad.has(digest)).flatMap(({ releases }) => releases));
  return names
    .filter((name) => !bad.has(name))
    .map((name) => {
      const own = blobs.filter((blob) => blob.releases.includes(name));
      const bytes = own.reduce((sum, blob) => sum + blob.sizeBytes, 0);
      const detail = `${own.length} blobs, ${bytes} bytes, are as published.`;
      return { id: 'fixity.bytes', status: 'verified', path: name, detail };
    });
}
