import type { Digest, Timestamp } from '#shared/contract/basics.ts';
import { PolicyDocument } from '#shared/contract/policy.ts';
import type { Database } from './database.ts';

/** A policy that a person set. */
export interface PolicyRow {
  /** 1, 2, 3, …; what the program comes with is 0 and has no row. */
  readonly version: number;
  readonly digest: Digest;
  readonly document: PolicyDocument;
  readonly at: Timestamp;
  readonly by: string;
  readonly reason: string;
}

interface Stored extends Omit<PolicyRow, 'document'> {
  readonly document: string;
}

/** Every policy this site ever had, append-only; the newest holds. */
export class PoliciesRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(row: PolicyRow): void {
    this.#database
      .prepare('INSERT INTO policies (version, digest, document, at, by, reason) VALUES (?, ?, ?, ?, ?, ?)')
      .run(row.version, row.digest, JSON.stringify(row.document), row.at, row.by, row.reason);
  }

  /** Null while nobody set one. */
  newest(): PolicyRow | null {
    const row = this.#database
      .prepare<[], Stored>('SELECT * FROM policies ORDER BY version DESC LIMIT 1')
      .get();
    return row === undefined ? null : toRow(row);
  }

  /** Newest first. */
  list(): PolicyRow[] {
    return this.#database
      .prepare<[], Stored>('SELECT * FROM policies ORDER BY version DESC')
      .all()
      .map(toRow);
  }
}

function toRow(row: Stored): PolicyRow {
  return { ...row, document: PolicyDocument.parse(JSON.parse(row.document)) };
}
