import type { Database } from 'better-sqlite3';

/** One numbered step of the schema, run in a transaction of its own. Never edited after it has shipped. */
export interface Migration {
  /** 1, 2, 3, … without gaps; kept in `PRAGMA user_version`. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** What SQL alone cannot do; runs after it in the same transaction. */
  readonly fill?: (database: Database) => void;
}
