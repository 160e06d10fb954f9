import type { Digest, Timestamp } from '#shared/contract/basics.ts';
import type { Database } from './database.ts';

export interface TrustPackRow {
  readonly digest: Digest;
  readonly authority: string;
  readonly number: number;
  readonly acceptedAt: Timestamp;
  readonly acceptedBy: string;
  /** Why a person went back to an older number; null for every other pack. */
  readonly olderReason: string | null;
  /** The signed bytes. */
  readonly envelope: Uint8Array;
}

const columns = `digest, authority, number, accepted_at AS acceptedAt, accepted_by AS acceptedBy,
  older_reason AS olderReason, envelope`;

/** The trust packs that were accepted, append-only; the last one counts. */
export class TrustPacksRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(row: TrustPackRow): void {
    this.#database
      .prepare(
        `INSERT INTO trust_packs (digest, authority, number, accepted_at, accepted_by, older_reason, envelope)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        row.digest,
        row.authority,
        row.number,
        row.acceptedAt,
        row.acceptedBy,
        row.olderReason,
        Buffer.from(row.envelope),
      );
  }

  /** The pack in force; null before the first one. */
  current(): TrustPackRow | null {
    return this.list()[0] ?? null;
  }

  /** Newest acceptance first. */
  list(): TrustPackRow[] {
    return this.#database
      .prepare<[], TrustPackRow>(`SELECT ${columns} FROM trust_packs ORDER BY id DESC`)
      .all();
  }
}
