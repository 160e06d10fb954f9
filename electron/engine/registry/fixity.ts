import { z } from 'zod';
import { Digest, Timestamp } from '#shared/contract/basics.ts';
import type { Database } from './database.ts';

/** What reading a stored blob found. */
export const Reading = z.object({
  digest: Digest,
  sizeBytes: z.number().int().nonnegative(),
  at: Timestamp,
  /** `chunk-list`: the bytes are good, the chunk digests in the registry are not theirs. */
  outcome: z.enum(['good', 'damaged', 'missing', 'unreadable', 'chunk-list', 'repaired']),
  /** First and last byte of each range that differs. */
  ranges: z.array(z.tuple([z.number().int().nonnegative(), z.number().int()])),
  /** The digest that was found, or what else there was instead of the blob; empty when all is well. */
  found: z.string(),
});
export type Reading = z.infer<typeof Reading>;

/** Readings that went on record together. */
export interface ReadingLot {
  readonly run: string;
  /** From 1. */
  readonly lot: number;
  readonly readings: readonly Reading[];
}

interface Stored {
  run: string;
  lot: number;
  digest: string;
  size_bytes: number;
  at: string;
  outcome: Reading['outcome'];
  ranges: string;
  found: string;
}

const COLUMNS = 'run, lot, digest, size_bytes, at, outcome, ranges, found';

/** Readings of stored blobs, append-only. */
export class FixityRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add({ run, lot, readings }: ReadingLot): void {
    const insert = this.#database.prepare(
      `INSERT INTO fixity_readings (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    for (const { digest, sizeBytes, at, outcome, ranges, found } of readings) {
      insert.run(run, lot, digest, sizeBytes, at, outcome, JSON.stringify(ranges), found);
    }
  }

  /** The number of the lot that a run would write next. */
  nextLot(run: string): number {
    const row = this.#database
      .prepare<[string], { last: number }>(
        'SELECT COALESCE(MAX(lot), 0) AS last FROM fixity_readings WHERE run = ?',
      )
      .get(run);
    return (row?.last ?? 0) + 1;
  }

  /** In the order in which they were read. */
  ofRun(run: string): Reading[] {
    return this.#database
      .prepare<[string], Stored>(`SELECT ${COLUMNS} FROM fixity_readings WHERE run = ? ORDER BY id`)
      .all(run)
      .map(toReading);
  }

  /** The last reading of each blob. */
  latest(): Map<Digest, Reading> {
    const rows = this.#database
      .prepare<[], Stored>(
        `SELECT ${COLUMNS} FROM fixity_readings
         WHERE id IN (SELECT MAX(id) FROM fixity_readings GROUP BY digest)`,
      )
      .all();
    return new Map(rows.map((row) => [row.digest, toReading(row)]));
  }

  /** Every lot, for the audit's comparison. */
  lots(): ReadingLot[] {
    const rows = this.#database
      .prepare<[], Stored>(`SELECT ${COLUMNS} FROM fixity_readings ORDER BY run, lot, id`)
      .all();
    const lots = new Map<string, { run: string; lot: number; readings: Reading[] }>();
    for (const row of rows) {
      const { run, lot } = row;
      const key = `${run} ${lot}`;
      const known = lots.get(key) ?? { run, lot, readings: [] };
      known.readings.push(toReading(row));
      lots.set(key, known);
    }
    return [...lots.values()];
  }
}

function toReading(row: Stored): Reading {
  return {
    digest: row.digest,
    sizeBytes: row.size_bytes,
    at: row.at,
    outcome: row.outcome,
    ranges: z.array(z.tuple([z.number(), z.number()])).parse(JSON.parse(row.ranges)),
    found: row.found,
  };
}
