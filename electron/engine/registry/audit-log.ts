import type { Database } from './database.ts';

export interface AuditRow {
  readonly index: number;
  /** Canonical JSON, exactly the bytes that were hashed. */
  readonly body: string;
  readonly leafHash: Uint8Array;
}

/** What to look for in the log; null asks for nothing. */
export interface AuditSearch {
  /** Only entries with a lower index. */
  readonly before: number;
  readonly limit: number;
  /** Anywhere in the body, whatever its case; empty matches all. */
  readonly text: string;
  readonly who: string | null;
  readonly act: string | null;
  /** RFC 3339 UTC with milliseconds; from this time on. */
  readonly since: string | null;
  /** Before this time. */
  readonly until: string | null;
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

  /** The entries that meet every wish, newest first. */
  search(wanted: AuditSearch): AuditRow[] {
    return this.#database
      .prepare<[AuditSearch], Stored>(
        `SELECT * FROM audit_log
         WHERE idx < @before
           AND instr(lower(body), lower(@text)) > 0
           AND (@who IS NULL OR json_extract(body, '$.who') = @who)
           AND (@act IS NULL OR json_extract(body, '$.act') = @act)
           AND (@since IS NULL OR json_extract(body, '$.at') >= @since)
           AND (@until IS NULL OR json_extract(body, '$.at') < @until)
         ORDER BY idx DESC LIMIT @limit`,
      )
      .all(wanted)
      .map(toRow);
  }

  saveCheckpoint(size: number, note: string): void {
    this.#database.prepare('INSERT INTO audit_checkpoints (size, note) VALUES (?, ?)').run(size, note);
  }

  /** How many checkpoints do not begin with this origin's line, and so were not made under its key. */
  countForeignCheckpoints(origin: string): number {
    const row = this.#database
      .prepare<[string], { foreign_count: number }>(
        `SELECT COUNT(*) AS foreign_count FROM audit_checkpoints WHERE instr(note, ? || char(10)) <> 1`,
      )
      .get(origin);
    return row?.foreign_count ?? 0;
  }

  /** The signed checkpoint over the first `size` entries; null when there is none. */
  checkpoint(size: number): string | null {
    const row = this.#database
      .prepare<[number], { note: string }>('SELECT note FROM audit_checkpoints WHERE size = ?')
      .get(size);
    return row?.note ?? null;
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
