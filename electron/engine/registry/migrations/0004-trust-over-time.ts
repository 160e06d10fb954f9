import type { Migration } from './migration.ts';

/**
 * Anchors that no longer count stay on record; trust packs that were accepted, and what this site verified and signed, are
 * rows of record. A revocation changes once at most, when it is lifted.
 */
export const trustOverTime: Migration = {
  version: 4,
  name: 'trust over time',
  sql: `
    -- Number of the trust pack that an anchor came with; null when a person here added it.
    ALTER TABLE anchors ADD COLUMN pack INTEGER;
    ALTER TABLE anchors ADD COLUMN retired_at TEXT;
    ALTER TABLE anchors ADD COLUMN retired_by TEXT;
    ALTER TABLE anchors ADD COLUMN retired_reason TEXT;

    CREATE TABLE revocations (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('digest', 'key', 'certificate')),
      value TEXT NOT NULL,
      reason TEXT NOT NULL,
      revoked_at TEXT NOT NULL,
      recorded_at TEXT NOT NULL,
      recorded_by TEXT NOT NULL,
      pack INTEGER,
      lifted_at TEXT,
      lifted_by TEXT,
      lifted_reason TEXT
    ) STRICT;
    CREATE UNIQUE INDEX revocations_in_force ON revocations (kind, value) WHERE lifted_at IS NULL;

    CREATE TABLE trust_packs (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      digest TEXT NOT NULL,
      authority TEXT NOT NULL,
      number INTEGER NOT NULL,
      accepted_at TEXT NOT NULL,
      accepted_by TEXT NOT NULL,
      older_reason TEXT,
      envelope BLOB NOT NULL
    ) STRICT;

    -- DSSE envelopes: "verified at import at T by P with trust data of age A".
    CREATE TABLE verification_records (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      import_id TEXT NOT NULL REFERENCES imports (id),
      manifest_digest TEXT NOT NULL,
      at TEXT NOT NULL,
      envelope TEXT NOT NULL
    ) STRICT;
    CREATE INDEX verification_records_by_import ON verification_records (import_id);

    ${['trust_packs', 'verification_records']
      .map(
        (table) => `
    CREATE TRIGGER ${table}_no_update BEFORE UPDATE ON ${table}
      BEGIN SELECT RAISE(ABORT, '${table}: rows of record are never changed'); END;
    CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table}
      BEGIN SELECT RAISE(ABORT, '${table}: rows of record are never removed'); END;`,
      )
      .join('')}
    CREATE TRIGGER revocations_no_delete BEFORE DELETE ON revocations
      BEGIN SELECT RAISE(ABORT, 'revocations: rows of record are never removed'); END;
    CREATE TRIGGER revocations_lifted_once BEFORE UPDATE ON revocations
      WHEN OLD.lifted_at IS NOT NULL OR NEW.kind IS NOT OLD.kind OR NEW.value IS NOT OLD.value OR NEW.reason IS NOT OLD.reason
        OR NEW.revoked_at IS NOT OLD.revoked_at OR NEW.pack IS NOT OLD.pack
      BEGIN SELECT RAISE(ABORT, 'revocations: a row of record is only ever lifted'); END;
  `,
};
