import path from 'node:path';
import type { ReadBack } from '#shared/contract/transfers.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { Progress } from '#engine/core/progress.ts';
import { formatRange, rangesOf } from '#engine/hashing/byte-range.ts';
import { CHUNK_BYTES, type HashPool } from '#engine/hashing/hash-pool.ts';
import { MediumFailed } from './medium-failed.ts';
import { nameOnVolume } from './names.ts';
import type { VolumeProgress } from './volume-progress.ts';

/** What a file on a volume must give when it is read back. */
export interface ExpectedFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** As the control file signs them; null for files beside the payload. */
  readonly chunks: readonly string[] | null;
}

interface Proof {
  readonly number: number;
  readonly folder: string;
  readonly expected: readonly ExpectedFile[];
  readonly earlier: VolumeProgress;
  readonly onProven: (count: number, readBack: ReadBack) => void;
  readonly pool: HashPool;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** How often at most it is noted how far the proof came. */
const NOTE_EVERY_MS = 2000;

/**
 * Reads a volume back, past the page cache where the system can, after the last byte of it was written: a counterfeit drive
 * that holds less than it says has by then overwritten or lost something. Throws MediumFailed at the first wrong byte.
 */
export async function proveVolume(
  proof: Proof,
): Promise<{ readBack: ReadBack; bytesPerSecond: number | null }> {
  const { number, folder, expected, earlier, pool, signal, progress, onProven } = proof;
  const start = performance.now();
  let noted = start;
  let bytes = 0;
  let { readBack } = earlier;
  for (const [n, file] of expected.entries()) {
    if (n < earlier.proven) {
      progress.advance(file.sizeBytes);
      continue;
    }
    signal.throwIfAborted();
    progress.current(nameOnVolume(number, file.name));
    const found = await pool.hashFile({
      path: path.join(folder, file.name),
      algorithms: ['sha256'],
      direct: true,
      signal,
      onBytes: (done) => progress.advance(done),
    });
    if (!found.direct) readBack = 'page-cache';
    const sha256 = found.digests.get('sha256') ?? '';
    const bad = [...(file.chunks ?? []).keys()].filter((at) => file.chunks?.[at] !== found.chunks[at]);
    if (sha256 !== file.sha256 || bad.length > 0 || found.sizeBytes !== file.sizeBytes)
      throw new MediumFailed('bad', differs(number, file, sha256, found.sizeBytes, bad));
    bytes += file.sizeBytes;
    if (performance.now() - noted > NOTE_EVERY_MS) {
      onProven(n + 1, readBack);
      noted = performance.now();
    }
  }
  const seconds = (performance.now() - start) / 1000;
  return { readBack, bytesPerSecond: seconds > 0 && bytes > 0 ? bytes / seconds : null };
}

function differs(
  number: number,
  file: ExpectedFile,
  found: string,
  foundBytes: number,
  bad: readonly number[],
): AppError {
  const ranges = rangesOf(bad, CHUNK_BYTES, file.sizeBytes, foundBytes).map(formatRange);
  const where = ranges.length === 0 ? '' : `, ${ranges.join(', ')}`;
  return new AppError(
    'DIGEST-MISMATCH',
    `volume ${number}, ${file.name}${where}: the medium does not give back what was written.`,
    {
      expected: `sha256:${file.sha256}`,
      found: `sha256:${found}`,
      path: nameOnVolume(number, file.name),
      state: 'What was written to this medium was removed.',
      next: 'Use another medium: this one loses or changes data.',
    },
  );
}
