import type { Digest, Timestamp } from '#shared/contract/basics.ts';
import type { Database } from './database.ts';

/** A signed statement of this site about what it verified, when, and with which trust data. */
export interface VerificationRecordRow {
  readonly importId: string;
  readonly manifestDigest: Digest;
  readonly at: Timestamp;
  /** DSSE envelope as text. */
  readonly envelope: string;
}

/** Signed records of verifications, append-only: what was proven stays proven. */
export class VerificationRecordsRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(row: VerificationRecordRow): void {
    this.#database
      .prepare(
        'INSERT INTO verification_records (import_id, manifest_digest, at, envelope) VALUES (?, ?, ?, ?)',
      )
      .run(row.importId, row.manifestDigest, row.at, row.envelope);
  }

  /** Of one import, oldest first. */
  list(importId: string): VerificationRecordRow[] {
    return this.#database
      .prepare<[string], VerificationRecordRow>(
        `SELECT import_id AS importId, manifest_digest AS manifestDigest, at, envelope FROM verification_records
         WHERE import_id = ? ORDER BY id`,
      )
      .all(importId);
  }

  /** Every record, oldest first, for the audit's comparison. */
  all(): VerificationRecordRow[] {
    return this.#database
      .prepare<[], VerificationRecordRow>(
        `SELECT import_id AS importId, manifest_digest AS manifestDigest, at, envelope FROM verification_records
         ORDER BY id`,
      )
      .all();
  }
}
