import type { Database } from './database.ts';

/** A line of a set's custody log and its SHA-256 as hex. */
export interface CustodyRow {
  readonly hash: string;
  readonly line: string;
}

/** A line with the set that it is about. */
export interface CustodyRecord extends CustodyRow {
  readonly setId: string;
}

/** Custody of sets as this site knows it: the lines themselves, so that they travel on unchanged. */
export class CustodyRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Lines that are known already change nothing. */
  add(setId: string, rows: readonly CustodyRow[]): void {
    const insert = this.#database.prepare('INSERT INTO custody VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
    for (const { hash, line } of rows) insert.run(setId, hash, line);
  }

  /** Every line of every set, for the audit's comparison. */
  all(): CustodyRecord[] {
    return this.#database
      .prepare<[], CustodyRecord>('SELECT set_id AS setId, hash, line FROM custody ORDER BY set_id, hash')
      .all();
  }

  /** In no order that means anything. */
  lines(setId: string): string[] {
    return this.#database
      .prepare<[string], { line: string }>('SELECT line FROM custody WHERE set_id = ? ORDER BY hash')
      .all(setId)
      .map((row) => row.line);
  }
}
