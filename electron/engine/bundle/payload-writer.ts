import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Digest } from '#shared/contract/basics.ts';
import { AppError } from '#engine/core/app-error.ts';
import { digestOf, hexOf } from '#engine/core/digest.ts';
import { type ByteRange, formatRange, rangesOf } from '#engine/hashing/byte-range.ts';
import { CHUNK_BYTES, type HashedFile, type HashPool } from '#engine/hashing/hash-pool.ts';
import { writeFileDurably } from '#engine/store/durable.ts';
import type { WrittenPart } from './make-set.ts';
import type { PlannedPart } from './plan.ts';

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

  /** Writes one part below `folder`, synced to the disk. Throws DIGEST-MISMATCH, with the ranges, for a damaged blob. */
  async write(part: PlannedPart, folder: string, work: Work): Promise<WrittenPart> {
    const blob = await this.#find(part);
    const target = path.join(folder, part.path);
    if (!part.isWhole) await mkdir(path.dirname(target), { recursive: true });
    if (blob instanceof Uint8Array) return await writeBytes(part, blob, target);
    const onChunks = part.offset % CHUNK_BYTES === 0 && isChunked(part, blob);
    if (!onChunks && !part.isWhole) await this.#prove(part.blob, blob, work.signal);
    const found = await this.#copy(part, blob, target, work);
    const sha256 = found.digests.get('sha256') ?? '';
    if (part.isWhole) {
      // The whole digest has authority; the chunks only tell where it went wrong.
      if (sha256 !== hexOf(part.blob)) throw damaged(part.blob, this.#badRanges(part, blob, found), sha256);
    } else if (onChunks) {
      const bad = this.#badRanges(part, blob, found);
      if (bad.length > 0) throw damaged(part.blob, bad);
    }
    return { sha256, chunks: found.chunks };
  }

  async #find(part: PlannedPart): Promise<StoredBlob | Uint8Array> {
    const blob = await this.#source(part.blob);
    if (blob !== null) return blob;
    throw new AppError('FIXITY-FAILED', `The store lacks ${part.blob}, which the set needs.`, {
      path: part.blob,
      state: 'What was written of the set was removed.',
      next: 'Run fixity, and bring the release in again.',
    });
  }

  #copy(part: PlannedPart, blob: StoredBlob, target: string, work: Work): Promise<HashedFile> {
    const source = blob.file;
    if (part.isWhole) return this.#pool.copyFile({ source, target, algorithms: ['sha256'], ...work });
    const { offset: sourceOffset, sizeBytes: length } = part;
    return this.#pool.copyRange({
      source,
      sourceOffset,
      length,
      target,
      targetOffset: 0,
      exclusive: true,
      ...work,
    });
  }

  /** In bytes of the blob. Both lists count 16 MiB chunks from a chunk border. */
  #badRanges(part: PlannedPart, blob: StoredBlob, found: HashedFile): ByteRange[] {
    const first = part.offset / CHUNK_BYTES;
    const bad = [...found.chunks.keys()].filter((n) => found.chunks[n] !== blob.chunks[first + n]);
    const inBlob = bad.map((n) => first + n);
    return rangesOf(inBlob, CHUNK_BYTES, blob.sizeBytes, blob.sizeBytes);
  }

  async #prove(digest: Digest, blob: StoredBlob, signal: AbortSignal): Promise<void> {
    if (this.#proven.has(digest)) return;
    const { file, sizeBytes, chunks } = blob;
    const bad = await this.#pool.verifyChunks({ path: file, sizeBytes, chunks, signal });
    if (bad.length > 0) throw damaged(digest, bad);
    this.#proven.add(digest);
  }
}

/** Manifests are small: their stretches are within one chunk each. */
async function writeBytes(part: PlannedPart, bytes: Uint8Array, target: string): Promise<WrittenPart> {
  if (digestOf(bytes) !== part.blob) throw damaged(part.blob, [], hexOf(digestOf(bytes)));
  const stretch = bytes.subarray(part.offset, part.offset + part.sizeBytes);
  await writeFileDurably(target, stretch);
  const sha256 = hexOf(digestOf(stretch));
  return { sha256, chunks: [sha256] };
}

/** Does the part end where a chunk of the blob ends, so that its chunks are the blob's? */
function isChunked(part: PlannedPart, blob: StoredBlob): boolean {
  const end = part.offset + part.sizeBytes;
  return end === blob.sizeBytes || end % CHUNK_BYTES === 0;
}

function damaged(digest: Digest, ranges: readonly ByteRange[], found?: string): AppError {
  const where = ranges.length === 0 ? '' : `, ${ranges.map(formatRange).join(', ')}`;
  return new AppError(
    'DIGEST-MISMATCH',
    `The stored blob ${digest} is damaged${where}; it does not leave this site.`,
    {
      expected: digest,
      ...(found === undefined ? {} : { found: `sha256:${found}` }),
      path: digest,
      state: 'What was written of the set was removed.',
      next: 'Run fixity, and bring the release in again from a good source.',
    },
  );
}
