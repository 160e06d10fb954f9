import type { Migration } from './migration.ts';

/** Releases that were verified again, each with what was found then; rows of record. */
export const releaseVerifications: Migration = {
  version: 7,
  name: 'release verifications',
  sql: `
    CREATE TABLE release_verifications (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      release_id INTEGER NOT NULL REFERENCES releases (id),
      at TEXT NOT NULL,
      by TEXT NOT NULL,
      verdict TEXT NOT NULL,
      report TEXT NOT NULL
    ) STRICT;
    CREATE INDEX release_verifications_by_release ON release_verifications (release_id, id);
    CREATE TRIGGER release_verifications_no_update BEFORE UPDATE ON release_verifications
      BEGIN SELECT RAISE(ABORT, 'release_verifications: rows of record are never changed'); END;
    CREATE TRIGGER release_verifications_no_delete BEFORE DELETE ON release_verifications
      BEGIN SELECT RAISE(ABORT, 'release_verifications: rows of record are never removed'); END;
  `,
};
