import type { Transfer } from '#shared/contract/transfers.ts';
import type { Database } from './database.ts';

export interface SetControl {
  readonly setId: string;
  readonly direction: Transfer['direction'];
  readonly revision: number;
  /** The signed control file's exact bytes. */
  readonly control: Uint8Array;
}

/** Signed control files, kept so that a set can be asked for, gone on with and shown without its media. */
export class SetControlsRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Keeps the newest revision. */
  keep({ setId, direction, revision, control }: SetControl): void {
    this.#database
      .prepare(
        `INSERT INTO set_controls VALUES (?, ?, ?, ?) ON CONFLICT (set_id, direction)
         DO UPDATE SET revision = excluded.revision, control = excluded.control WHERE excluded.revision > revision`,
      )
      .run(setId, direction, revision, Buffer.from(control));
  }

  get(setId: string, direction: Transfer['direction']): Uint8Array | null {
    const row = this.#database
      .prepare<[string, string], { control: Buffer }>(
        'SELECT control FROM set_controls WHERE set_id = ? AND direction = ?',
      )
      .get(setId, direction);
    return row?.control ?? null;
  }
}
