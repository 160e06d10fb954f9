import { AppError, asAppError, errnoOf } from '#engine/core/app-error.ts';
import { digestFromHex } from '#engine/core/digest.ts';
import { reach } from '#engine/core/fault-points.ts';
import { type ByteRange, joinRanges } from '#engine/hashing/byte-range.ts';
import { CHUNK_BYTES } from '#engine/hashing/hasher.ts';
import type { Reading } from '#engine/registry/fixity.ts';
import type { EngineContext } from '../../context.ts';
import type { ReleaseBlob } from './release-blobs.ts';

/** How far a blob was read. */
export interface BlobProgress {
  /** The next chunk to read. */
  readonly chunk: number;
  readonly bad: readonly ByteRange[];
}

export interface BlobWork {
  readonly from: BlobProgress;
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
  /** How many chunks to read before the next `onStep`. */
  readonly stepChunks: () => Promise<number>;
  readonly onStep: (progress: BlobProgress, bytes: number) => Promise<void>;
}

/** What a reading found, without when. */
export type Found = Pick<Reading, 'outcome' | 'ranges' | 'found'>;

const good: Found = { outcome: 'good', ranges: [], found: '' };

/**
 * Reads a stored blob and compares it with its digest. Chunks are compared first, in parallel and step by step; what they say
 * against a blob is confirmed by its whole digest, which alone has authority. A damaged blob is set aside, so that a good
 * copy can take its place; one that was set aside before is read where it lies now. Rejects when cancelled.
 */
export async function checkBlob(context: EngineContext, blob: ReleaseBlob, work: BlobWork): Promise<Found> {
  const { blobs } = context;
  try {
    const held = await blobs.sizeOf(blob.digest);
    const aside = held === null ? (await blobs.asideOf(blob.digest)).at(-1) : undefined;
    const file = held === null ? aside?.file : blobs.pathOf(blob.digest);
    if (file === undefined) {
      work.onBytes(blob.sizeBytes);
      return { outcome: 'missing', ranges: [], found: 'no file' };
    }
    const bad = await findBad(context, file, blob, work);
    if (bad.length === 0) return held === null ? await takeBack(context, blob, file) : good;
    const whole = await wholeDigest(context, file, work.signal);
    if (whole === blob.digest) return { outcome: 'chunk-list', ranges: [], found: whole };
    if (held !== null) await blobs.setAside(blob.digest);
    reach('fixity.aside');
    return { outcome: 'damaged', ranges: bad.map(({ start, end }) => [start, end]), found: whole };
  } catch (error) {
    if (work.signal.aborted) throw error;
    const { code, message } = asAppError(error, blob.digest);
    if (code === 'INTERNAL') throw error;
    return { outcome: 'unreadable', ranges: [], found: `${code}: ${message}` };
  }
}

/** A copy that was set aside, and is good after all: a disk or cable that failed for a while. */
async function takeBack({ blobs }: EngineContext, { digest }: ReleaseBlob, file: string): Promise<Found> {
  await blobs.adopt(file, digest);
  return good;
}

async function findBad(
  context: EngineContext,
  file: string,
  blob: ReleaseBlob,
  work: BlobWork,
): Promise<readonly ByteRange[]> {
  const { pool } = context;
  const { sizeBytes, chunks } = blob;
  if (chunks === null) return await wholeBad(context, file, blob, work);
  let progress = work.from;
  // A blob without bytes has no chunk, but may have bytes.
  if (chunks.length === 0) return await pool.verifyChunks({ path: file, sizeBytes, chunks });
  while (progress.chunk < chunks.length) {
    const end = Math.min(progress.chunk + (await work.stepChunks()), chunks.length);
    const range = [progress.chunk, end] as const;
    const { signal, onBytes } = work;
    const bad = await pool.verifyChunks({ path: file, sizeBytes, chunks, range, signal, onBytes });
    const bytes = Math.min(end * CHUNK_BYTES, sizeBytes) - progress.chunk * CHUNK_BYTES;
    progress = { chunk: end, bad: joinRanges([...progress.bad, ...bad]) };
    await work.onStep(progress, bytes);
  }
  return progress.bad;
}

/** Without a usable chunk list the whole file is one range. */
async function wholeBad(
  { pool }: EngineContext,
  file: string,
  blob: ReleaseBlob,
  { signal, onBytes, onStep }: BlobWork,
): Promise<readonly ByteRange[]> {
  const { digests } = await pool.hashFile({ path: file, algorithms: ['sha256'], signal, onBytes });
  const isGood = digestFromHex(digests.get('sha256') ?? '') === blob.digest;
  const bad = isGood ? [] : [{ start: 0, end: Math.max(0, blob.sizeBytes - 1) }];
  await onStep({ chunk: Math.ceil(blob.sizeBytes / CHUNK_BYTES), bad }, blob.sizeBytes);
  return bad;
}

/** The digest of what lies there, or `unreadable`. */
async function wholeDigest({ pool }: EngineContext, file: string, signal: AbortSignal): Promise<string> {
  try {
    const { digests } = await pool.hashFile({ path: file, algorithms: ['sha256'], signal });
    return digestFromHex(digests.get('sha256') ?? '');
  } catch (error) {
    if (error instanceof AppError && errnoOf(error.cause) === 'EIO') return 'unreadable';
    throw error;
  }
}
