import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Digest } from '#shared/contract/basics.ts';
import { type Tensor, TensorStatistics } from '#shared/contract/scan.ts';
import { digestFromHex } from '#engine/core/digest.ts';
import type { Database } from './database.ts';

const Shape = z.array(z.number().int().nonnegative());

interface Stored {
  name: string;
  dtype: string;
  shape: string;
  size_bytes: number;
  offset_bytes: number;
  digest: string;
  statistics: string | null;
}

/** Tensors by the digest of the file they lie in, as the single pass over its bytes found them. */
export class TensorsRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Keeps a file's tensors in the order given; where there are some, they are those of the same bytes, and stay. */
  save(file: Digest, tensors: readonly Tensor[]): void {
    if (this.count(file) > 0) return;
    const add = this.#database.prepare('INSERT INTO tensors VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    tensors.forEach((tensor, index) => {
      add.run(
        file,
        index,
        tensor.name,
        tensor.dtype,
        JSON.stringify(tensor.shape),
        tensor.sizeBytes,
        tensor.offset,
        tensor.digest,
        tensor.statistics === null ? null : JSON.stringify(tensor.statistics),
      );
    });
  }

  count(file: Digest): number {
    const row = this.#database
      .prepare<[string], { tensors: number }>('SELECT COUNT(*) AS tensors FROM tensors WHERE file_digest = ?')
      .get(file);
    return row?.tensors ?? 0;
  }

  /** Over a file's rows as they are stored, every column; null when there are none. */
  digestOf(file: Digest): Digest | null {
    const rows = this.#database
      .prepare<[string], unknown[]>('SELECT * FROM tensors WHERE file_digest = ? ORDER BY idx')
      .raw()
      .iterate(file);
    const hash = createHash('sha256');
    let count = 0;
    for (const row of rows) {
      hash.update(`${JSON.stringify(row)}\n`);
      count++;
    }
    return count === 0 ? null : digestFromHex(hash.digest('hex'));
  }

  /** A file's tensors from `offset` on, at most `limit` (all of them when left out). */
  list(file: Digest, offset = 0, limit = -1): Tensor[] {
    return this.#database
      .prepare<[string, number, number], Stored>(
        'SELECT * FROM tensors WHERE file_digest = ? ORDER BY idx LIMIT ? OFFSET ?',
      )
      .all(file, limit, offset)
      .map(toTensor);
  }
}

function toTensor(row: Stored): Tensor {
  return {
    name: row.name,
    dtype: row.dtype,
    shape: Shape.parse(JSON.parse(row.shape)),
    sizeBytes: row.size_bytes,
    offset: row.offset_bytes,
    digest: row.digest,
    statistics: row.statistics === null ? null : TensorStatistics.parse(JSON.parse(row.statistics)),
  };
}
