import type { Transfer } from '#shared/contract/transfers.ts';
import type { Database } from './database.ts';

interface Stored {
  set_id: string;
  direction: Transfer['direction'];
  site: string;
  sequence: number;
  at: string;
  by: string;
  volumes: number;
  payload_bytes: number;
  releases: string;
  delta_of: string | null;
}

/** Sets that left and sets that arrived; both give the sequence numbers that stop a replay. */
export class TransfersRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Recording the same set in the same direction again changes nothing. */
  add(transfer: Transfer): void {
    this.#database
      .prepare('INSERT INTO transfers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(
        transfer.setId,
        transfer.direction,
        transfer.site,
        transfer.sequence,
        transfer.at,
        transfer.by,
        transfer.volumes,
        transfer.payloadBytes,
        JSON.stringify(transfer.releases),
        transfer.deltaOf,
      );
  }

  /** Newest first. */
  list(): Transfer[] {
    return this.#database
      .prepare<[], Stored>('SELECT * FROM transfers ORDER BY at DESC')
      .all()
      .map((row) => ({
        setId: row.set_id,
        direction: row.direction,
        site: row.site,
        sequence: row.sequence,
        at: row.at,
        by: row.by,
        volumes: row.volumes,
        payloadBytes: row.payload_bytes,
        releases: JSON.parse(row.releases) as Transfer['releases'],
        deltaOf: row.delta_of,
      }));
  }

  /** The number the next set made by `origin` carries; 1 at first. */
  nextSequence(origin: string): number {
    return this.#highest('out', origin) + 1;
  }

  /** The highest number accepted from `origin`; 0 when none was. */
  highestAccepted(origin: string): number {
    return this.#highest('in', origin);
  }

  /** Every origin with the highest number accepted from it, for receipts. */
  acceptedSequences(): { origin: string; sequence: number }[] {
    return this.#database
      .prepare<[], { origin: string; sequence: number }>(
        `SELECT site AS origin, MAX(sequence) AS sequence FROM transfers WHERE direction = 'in' GROUP BY site ORDER BY site`,
      )
      .all();
  }

  #highest(direction: Transfer['direction'], site: string): number {
    const row = this.#database
      .prepare<[string, string], { highest: number | null }>(
        'SELECT MAX(sequence) AS highest FROM transfers WHERE direction = ? AND site = ?',
      )
      .get(direction, site);
    return row?.highest ?? 0;
  }
}
