import path from 'node:path';
import type { Check } from '#shared/contract/evidence.ts';
import { asAppError } from '#engine/core/app-error.ts';
import { digestFromHex } from '#engine/core/digest.ts';
import { type ByteRange, formatRange } from '#engine/hashing/byte-range.ts';
import type { FileTaskOptions } from '#engine/hashing/hash-pool.ts';
import type { EngineContext } from '../context.ts';
import type { ReleaseBlob } from './release-blobs.ts';

/** What is wrong with a blob. */
export interface BlobFinding {
  readonly blob: ReleaseBlob;
  /** For the record, e.g. `damaged silero-vad@5.0.0: model.onnx`. */
  readonly summary: string;
  /** One for each file of a release that has these bytes. */
  readonly checks: readonly Check[];
  readonly unreadBytes: number;
}

/**
 * Reads a stored blob and compares it with its digest; null when it is good. Chunks are compared first, in parallel; what
 * they say against a blob is confirmed by its whole digest, which alone has authority. A damaged blob is set aside, so
 * that a good copy can take its place. Rejects when cancelled.
 */
export async function checkBlob(
  context: EngineContext,
  blob: ReleaseBlob,
  work: FileTaskOptions,
): Promise<BlobFinding | null> {
  const { blobs } = context;
  try {
    const held = await blobs.sizeOf(blob.digest);
    if (held === null) {
      work.onBytes?.(blob.sizeBytes);
      return finding(blob, 'missing', blob.sizeBytes, {
        expected: `${blob.sizeBytes} bytes`,
        found: 'no file',
        detail: 'The stored bytes are gone. Bring the release in again from its transfer set.',
      });
    }
    const ranges = await badRanges(context, blob, work);
    if (ranges.length === 0) return null;
    const found = await context.pool.hashFile({
      path: blobs.pathOf(blob.digest),
      algorithms: ['sha256'],
      signal: work.signal,
    });
    const whole = digestFromHex(found.digests.get('sha256') ?? '');
    if (whole === blob.digest) return chunkListWrong(blob);
    const kept = path.basename(await blobs.setAside(blob.digest));
    return finding(blob, 'damaged', 0, {
      expected: blob.digest,
      found: `${whole}, ${ranges.map(formatRange).join(', ')}`,
      detail: `Damaged: ${ranges.map(formatRange).join(', ')}. Set aside as blobs/damaged/${kept}.`,
    });
  } catch (error) {
    if (work.signal?.aborted === true) throw error;
    const { code, message } = asAppError(error, blob.digest);
    return finding(blob, 'unreadable', blob.sizeBytes, { code, found: message });
  }
}

/** Without a usable chunk list the whole file is one range. */
async function badRanges(
  { blobs, pool }: EngineContext,
  blob: ReleaseBlob,
  work: FileTaskOptions,
): Promise<ByteRange[]> {
  const file = blobs.pathOf(blob.digest);
  if (blob.chunks !== null) {
    return pool.verifyChunks({ path: file, sizeBytes: blob.sizeBytes, chunks: blob.chunks, ...work });
  }
  const { digests } = await pool.hashFile({ path: file, algorithms: ['sha256'], ...work });
  const good = digestFromHex(digests.get('sha256') ?? '') === blob.digest;
  return good ? [] : [{ start: 0, end: Math.max(0, blob.sizeBytes - 1) }];
}

function chunkListWrong(blob: ReleaseBlob): BlobFinding {
  return finding(blob, 'chunk list wrong', 0, {
    code: 'AUDIT-BROKEN',
    expected: blob.digest,
    found: blob.digest,
    detail: 'The bytes are good, but the chunk digests in the registry are not theirs.',
  });
}

function finding(
  blob: ReleaseBlob,
  what: string,
  unreadBytes: number,
  fields: Pick<Check, 'code' | 'expected' | 'found' | 'detail'>,
): BlobFinding {
  return {
    blob,
    summary: `${what} ${blob.files[0] ?? ''}`,
    unreadBytes,
    checks: blob.files.map((file) => ({
      id: 'fixity.bytes',
      status: 'failed',
      path: file,
      ...fields,
      code: fields.code ?? 'FIXITY-FAILED',
    })),
  };
}
