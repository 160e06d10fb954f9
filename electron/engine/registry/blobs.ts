import type { Digest } from '#shared/contract/basics.ts';
import { packChunks, unpackChunks } from './chunks.ts';
import type { Database } from './database.ts';

export interface BlobRow {
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** SHA-256 (hex) of each 16 MiB chunk, in order. */
  readonly chunks: readonly string[];
}

interface Stored {
  digest: string;
  size_bytes: number;
  chunks: Buffer;
}

/** What the store holds, with the chunk digests that were computed when the bytes came in. */
export class BlobsRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  upsert(blob: BlobRow): void {
    this.#database
      .prepare(
        'INSERT INTO blobs (digest, size_bytes, chunks) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING',
      )
      .run(blob.digest, blob.sizeBytes, packChunks(blob.chunks));
  }

  get(digest: Digest): BlobRow | null {
    const row = this.#database.prepare<[string], Stored>('SELECT * FROM blobs WHERE digest = ?').get(digest);
    return row === undefined ? null : toRow(row);
  }

  list(): BlobRow[] {
    return this.#database.prepare<[], Stored>('SELECT * FROM blobs ORDER BY digest').all().map(toRow);
  }

  remove(digest: Digest): void {
    this.#database.prepare('DELETE FROM blobs WHERE digest = ?').run(digest);
  }
}

function toRow(row: Stored): BlobRow {
  return {
    digest: row.digest,
    sizeBytes: row.size_bytes,
    chunks: unpackChunks(row.chunks),
  };
}
