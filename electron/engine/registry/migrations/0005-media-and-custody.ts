import type { Migration } from './migration.ts';

const ofRecord = ['media_events', 'custody', 'transfer_evidence'];

/** The register of media, custody of sets, control files of sets under way, and evidence beside transfers. */
export const mediaAndCustody: Migration = {
  version: 5,
  name: 'media and custody',
  sql: `
    CREATE TABLE media (
      id TEXT PRIMARY KEY,
      serial TEXT NOT NULL UNIQUE,
      label TEXT NOT NULL,
      file_system TEXT NOT NULL,
      size_bytes INTEGER NOT NULL,
      transport TEXT NOT NULL,
      owner TEXT,
      holder TEXT,
      first_seen_at TEXT NOT NULL,
      last_seen_at TEXT NOT NULL,
      sanitised_at TEXT,
      write_bytes_per_second REAL,
      read_bytes_per_second REAL
    ) STRICT;

    CREATE TABLE media_events (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      medium_id TEXT NOT NULL REFERENCES media (id),
      at TEXT NOT NULL,
      by TEXT NOT NULL,
      what TEXT NOT NULL CHECK (what IN ('written', 'received', 'owner', 'handed-over', 'sanitised')),
      set_id TEXT,
      volume INTEGER,
      detail TEXT NOT NULL,
      reason TEXT NOT NULL
    ) STRICT;
    CREATE INDEX media_events_by_medium ON media_events (medium_id, id);

    -- Lines of custody.jsonl as they are, each chained to those before it.
    CREATE TABLE custody (
      set_id TEXT NOT NULL,
      hash TEXT NOT NULL,
      line TEXT NOT NULL,
      PRIMARY KEY (set_id, hash)
    ) STRICT;

    -- The newest signed control file of each set, written or received.
    CREATE TABLE set_controls (
      set_id TEXT NOT NULL,
      direction TEXT NOT NULL CHECK (direction IN ('out', 'in')),
      revision INTEGER NOT NULL,
      control BLOB NOT NULL,
      PRIMARY KEY (set_id, direction)
    ) STRICT;

    CREATE TABLE transfer_evidence (
      set_id TEXT NOT NULL,
      direction TEXT NOT NULL CHECK (direction IN ('out', 'in')),
      digest TEXT NOT NULL,
      name TEXT NOT NULL,
      size_bytes INTEGER NOT NULL,
      attached_at TEXT NOT NULL,
      attached_by TEXT NOT NULL,
      note TEXT NOT NULL,
      PRIMARY KEY (set_id, direction, digest)
    ) STRICT;

    ${ofRecord
      .map(
        (table) => `
    CREATE TRIGGER ${table}_no_update BEFORE UPDATE ON ${table}
      BEGIN SELECT RAISE(ABORT, '${table}: rows of record are never changed'); END;
    CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table}
      BEGIN SELECT RAISE(ABORT, '${table}: rows of record are never removed'); END;`,
      )
      .join('')}
  `,
};
