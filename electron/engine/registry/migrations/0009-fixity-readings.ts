import type { Migration } from './migration.ts';

/**
 * What was read of each blob, when, and what was found. When a blob was last verified follows from it; the column that said
 * so before was vouched for by nothing.
 */
export const fixityReadings: Migration = {
  version: 9,
  name: 'fixity readings',
  sql: `
    CREATE TABLE fixity_readings (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      -- The job that read it; its readings go on record a lot at a time.
      run TEXT NOT NULL,
      lot INTEGER NOT NULL,
      digest TEXT NOT NULL,
      size_bytes INTEGER NOT NULL,
      at TEXT NOT NULL,
      outcome TEXT NOT NULL CHECK (outcome IN ('good', 'damaged', 'missing', 'unreadable', 'chunk-list', 'repaired')),
      -- JSON: [start, end] of each range that differs.
      ranges TEXT NOT NULL,
      found TEXT NOT NULL
    ) STRICT;
    CREATE INDEX fixity_readings_by_digest ON fixity_readings (digest, id);
    CREATE INDEX fixity_readings_by_run ON fixity_readings (run, lot, id);
    CREATE TRIGGER fixity_readings_no_update BEFORE UPDATE ON fixity_readings
      BEGIN SELECT RAISE(ABORT, 'fixity_readings: rows of record are never changed'); END;
    CREATE TRIGGER fixity_readings_no_delete BEFORE DELETE ON fixity_readings
      BEGIN SELECT RAISE(ABORT, 'fixity_readings: rows of record are never removed'); END;

    ALTER TABLE blobs DROP COLUMN verified_at;
  `,
};
