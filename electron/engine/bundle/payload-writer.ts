import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Digest } from '#shared/contract/basics.ts';
import { AppError } from '#engine/core/app-error.ts';
import { digestOf, hexOf } from '#engine/core/digest.ts';
import { type ByteRange, formatRange, rangesOf } from '#engine/hashing/byte-range.ts';
import { CHUNK_BYTES, type HashPool } from '#engine/hashing/hash-pool.ts';
import { writeFileDurably } from '#engine/store/durable.ts';
import type { PlannedPart } from './planned-part.ts';
import type { LocatedPart } from './set-statement.ts';

/** A blob in this site's store, with the chunk digests that were computed when it came in. */
export interface StoredBlob {
  readonly file: string;
  readonly sizeBytes: number;
  readonly chunks: readonly string[];
}

/** Where payload comes from: the store, or memory for manifests, which the registry keeps. null: there is no such blob. */
export type BlobSource = (digest: Digest) => Promise<StoredBlob | Uint8Array | null>;

interface Work {
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

/** Copies stretches of stored blobs onto a medium. A blob that is damaged in the store never leaves the site. */
export class PayloadWriter {
  readonly #source: BlobSource;
  readonly #pool: HashPool;
  /** Blobs that were read in full and found good, because their parts do not begin on chunk borders. */
  readonly #proven = new Set<Digest>();

  constructor(source: BlobSource, pool: HashPool) {
    this.#source = source;
    this.#pool = pool;
  }

  /**
   * SHA-256 of each 16 MiB of a part before it is written. On chunk borders they are the store's own; elsewhere the blob is
   * read and proven first.
   */
  async chunksOf(part: PlannedPart, signal: AbortSignal): Promise<readonly string[]> {
    const blob = await this.#find(part.blob);
    if (blob instanceof Uint8Array) {
      const stretch = stretchOf(blob, part);
      return stretch.length === 0 ? [] : [hexOf(digestOf(stretch))];
    }
    const first = part.offset / CHUNK_BYTES;
    const count = Math.ceil(part.sizeBytes / CHUNK_BYTES);
    if (isOnChunks(part, blob)) return blob.chunks.slice(first, first + count);
    await this.#prove(part.blob, blob, signal);
    const stretch = { sourceOffset: part.offset, length: part.sizeBytes };
    return (await this.#pool.hashFile({ path: blob.file, algorithms: [], ...stretch, signal })).chunks;
  }

  /**
   * Writes one part below `folder`, synced to the disk, and answers its SHA-256 as hex. Throws DIGEST-MISMATCH about the
   * blob, with the ranges, when the store no longer has the bytes that were signed.
   */
  async write(part: LocatedPart, folder: string, work: Work): Promise<string> {
    const blob = await this.#find(part.blob);
    const target = path.join(folder, part.path);
    await mkdir(path.dirname(target), { recursive: true });
    if (blob instanceof Uint8Array) return await writeBytes(part, blob, target);
    const found = await this.#pool.copyRange({
      source: blob.file,
      sourceOffset: part.offset,
      length: part.sizeBytes,
      target,
      targetOffset: 0,
      exclusive: true,
      ...work,
    });
    const sha256 = found.digests.get('sha256') ?? '';
    const bad = [...part.chunks.keys()].filter((n) => found.chunks[n] !== part.chunks[n]);
    // The whole digest has authority; the chunks only tell where it went wrong.
    if (bad.length === 0 && (!part.isWhole || sha256 === hexOf(part.blob))) return sha256;
    throw damagedBlob(part.blob, rangesInBlob(part, bad), part.isWhole ? sha256 : undefined);
  }

  async #find(digest: Digest): Promise<StoredBlob | Uint8Array> {
    const blob = await this.#source(digest);
    if (blob !== null) return blob;
    throw new AppError('FIXITY-FAILED', `The store lacks ${digest}, which the set needs.`, {
      path: digest,
      state: 'The volume that was being written was removed.',
      next: 'Run fixity, and bring the release in again.',
    });
  }

  async #prove(digest: Digest, blob: StoredBlob, signal: AbortSignal): Promise<void> {
    if (this.#proven.has(digest)) return;
    const { file, sizeBytes, chunks } = blob;
    const bad = await this.#pool.verifyChunks({ path: file, sizeBytes, chunks, signal });
    if (bad.length > 0) throw damagedBlob(digest, bad);
    this.#proven.add(digest);
  }
}

/** Manifests are small: their stretches are within one chunk each. */
async function writeBytes(part: LocatedPart, bytes: Uint8Array, target: string): Promise<string> {
  if (digestOf(bytes) !== part.blob) throw damagedBlob(part.blob, [], hexOf(digestOf(bytes)));
  const stretch = stretchOf(bytes, part);
  await writeFileDurably(target, stretch);
  return hexOf(digestOf(stretch));
}

function stretchOf(bytes: Uint8Array, part: { offset: number; sizeBytes: number }): Uint8Array {
  return bytes.subarray(part.offset, part.offset + part.sizeBytes);
}

/** Does the part begin and end where chunks of the blob do, so that its chunks are the blob's? */
function isOnChunks(part: PlannedPart, blob: StoredBlob): boolean {
  const end = part.offset + part.sizeBytes;
  return part.offset % CHUNK_BYTES === 0 && (end === blob.sizeBytes || end % CHUNK_BYTES === 0);
}

function rangesInBlob(part: LocatedPart, badChunks: readonly number[]): ByteRange[] {
  const ranges = rangesOf(badChunks, CHUNK_BYTES, part.sizeBytes, part.sizeBytes);
  return ranges.map(({ start, end }) => ({ start: start + part.offset, end: end + part.offset }));
}

function damagedBlob(digest: Digest, ranges: readonly ByteRange[], found?: string): AppError {
  const where = ranges.length === 0 ? '' : `, ${ranges.map(formatRange).join(', ')}`;
  return new AppError(
    'DIGEST-MISMATCH',
    `The stored blob ${digest} is damaged${where}; it does not leave this site.`,
    {
      expected: digest,
      ...(found === undefined ? {} : { found: `sha256:${found}` }),
      path: digest,
      state: 'The volume that was being written was removed.',
      next: 'Run fixity, and bring the release in again from a good source.',
    },
  );
}
