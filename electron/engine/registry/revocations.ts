import type { Timestamp } from '#shared/contract/basics.ts';
import type { Revocation } from '#shared/contract/trust.ts';
import type { Database } from './database.ts';

export interface RevocationRow extends Revocation {
  readonly id: string;
  readonly recordedAt: Timestamp;
  readonly recordedBy: string;
  /** Number of the trust pack that it came with; null when it was decided here. */
  readonly pack: number | null;
  readonly liftedAt: Timestamp | null;
  readonly liftedBy: string | null;
  readonly liftedReason: string | null;
}

/** Who took a revocation back, and why. */
export type Lifting = Pick<RevocationRow, 'id' | 'liftedAt' | 'liftedBy' | 'liftedReason'>;

export type NewRevocation = Omit<RevocationRow, 'liftedAt' | 'liftedBy' | 'liftedReason'>;

const columns = `id, kind, value, reason, revoked_at AS revokedAt, recorded_at AS recordedAt, recorded_by AS recordedBy, pack,
  lifted_at AS liftedAt, lifted_by AS liftedBy, lifted_reason AS liftedReason`;

/** What no longer counts. A row is lifted at most once and never removed. */
export class RevocationsRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(row: NewRevocation): void {
    this.#database
      .prepare(
        `INSERT INTO revocations (id, kind, value, reason, revoked_at, recorded_at, recorded_by, pack)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(row.id, row.kind, row.value, row.reason, row.revokedAt, row.recordedAt, row.recordedBy, row.pack);
  }

  get(id: string): RevocationRow | null {
    const row = this.#database
      .prepare<[string], RevocationRow>(`SELECT ${columns} FROM revocations WHERE id = ?`)
      .get(id);
    return row ?? null;
  }

  /** The one in force for this thing; null when it is not revoked. */
  find(kind: Revocation['kind'], value: string): RevocationRow | null {
    const row = this.#database
      .prepare<[string, string], RevocationRow>(
        `SELECT ${columns} FROM revocations WHERE kind = ? AND value = ? AND lifted_at IS NULL`,
      )
      .get(kind, value);
    return row ?? null;
  }

  /** Those in force, newest first. */
  list(): RevocationRow[] {
    return this.all().filter((row) => row.liftedAt === null);
  }

  /** Also those that were lifted, newest first. */
  all(): RevocationRow[] {
    return this.#database
      .prepare<[], RevocationRow>(`SELECT ${columns} FROM revocations ORDER BY recorded_at DESC, rowid DESC`)
      .all();
  }

  lift({ id, liftedAt, liftedBy, liftedReason }: Lifting): void {
    this.#database
      .prepare('UPDATE revocations SET lifted_at = ?, lifted_by = ?, lifted_reason = ? WHERE id = ?')
      .run(liftedAt, liftedBy, liftedReason, id);
  }
}
