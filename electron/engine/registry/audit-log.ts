import type { Database } from './database.ts';

export interface AuditRow {
  readonly index: number;
  /** Canonical JSON, exactly the bytes that were hashed. */
  readonly body: string;
  readonly leafHash: Uint8Array;
}

interface Stored {
  idx: number;
  body: string;
  leaf_hash: Buffer;
}

/** Rows of the Merkle log. Only the audit room writes here. */
export class AuditLogRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  size(): number {
    const row = this.#database.prepare<[], { size: number }>('SELECT COUNT(*) AS size FROM audit_log').get();
    return row?.size ?? 0;
  }

  append(row: AuditRow): void {
    this.#database
      .prepare('INSERT INTO audit_log (idx, body, leaf_hash) VALUES (?, ?, ?)')
      .run(row.index, row.body, Buffer.from(row.leafHash));
  }

  /** Rows by index from `from`, at most `limit`, oldest first. */
  page(from: number, limit: number): AuditRow[] {
    return this.#database
      .prepare<[number, number], Stored>('SELECT * FROM audit_log WHERE idx >= ? ORDER BY idx LIMIT ?')
      .all(from, limit)
      .map(toRow);
  }

  /** Newest first, below `before`; `text` matches anywhere in the body. */
  search(before: number, limit: number, text: string): AuditRow[] {
    return this.#database
      .prepare<[number, string, number], Stored>(
        'SELECT * FROM audit_log WHERE idx < ? AND instr(lower(body), lower(?)) > 0 ORDER BY idx DESC LIMIT ?',
      )
      .all(before, text, limit)
      .map(toRow);
  }

  saveCheckpoint(size: number, note: string): void {
    this.#database.prepare('INSERT INTO audit_checkpoints (size, note) VALUES (?, ?)').run(size, note);
  }

  latestCheckpoint(): { size: number; note: string } | null {
    const row = this.#database
      .prepare<[], { size: number; note: string }>(
        'SELECT size, note FROM audit_checkpoints ORDER BY size DESC LIMIT 1',
      )
      .get();
    return row ?? null;
  }
}

function toRow(row: Stored): AuditRow {
  return { index: row.idx, body: row.body, leafHash: new Uint8Array(row.leaf_hash) };
}
