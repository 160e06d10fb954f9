import type { Migration } from './migration.ts';

/**
 * Everything the main job needs. Rows of record are append-only: triggers abort UPDATE and DELETE on them, so that a
 * change needs an act against the schema, which the audit log then shows.
 */
export const foundation: Migration = {
  version: 1,
  name: 'foundation',
  sql: `
    CREATE TABLE settings (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT;

    -- Bytes in blobs/, with the SHA-256 of each 16 MiB chunk (concatenated raw digests).
    CREATE TABLE blobs (
      digest TEXT PRIMARY KEY,
      size_bytes INTEGER NOT NULL,
      chunks BLOB NOT NULL,
      verified_at TEXT
    ) STRICT;

    CREATE TABLE imports (
      id TEXT PRIMARY KEY,
      model TEXT NOT NULL,
      version TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('receiving', 'quarantined', 'published', 'rejected', 'failed')),
      source TEXT NOT NULL,
      size_bytes INTEGER NOT NULL,
      verdict TEXT NOT NULL,
      started_at TEXT NOT NULL,
      started_by TEXT NOT NULL,
      manifest TEXT,
      manifest_digest TEXT,
      evidence TEXT,
      reason TEXT,
      transfer_set TEXT
    ) STRICT;

    CREATE TABLE import_files (
      import_id TEXT NOT NULL REFERENCES imports (id),
      path TEXT NOT NULL,
      role TEXT NOT NULL,
      media_type TEXT NOT NULL,
      digest TEXT NOT NULL,
      size_bytes INTEGER NOT NULL,
      chunks BLOB NOT NULL,
      PRIMARY KEY (import_id, path)
    ) STRICT;

    -- A name@semver is bound to one manifest digest for ever.
    CREATE TABLE releases (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      model TEXT NOT NULL,
      version TEXT NOT NULL,
      manifest_digest TEXT NOT NULL,
      manifest TEXT NOT NULL,
      size_bytes INTEGER NOT NULL,
      verdict TEXT NOT NULL,
      evidence TEXT NOT NULL,
      source TEXT NOT NULL,
      import_id TEXT NOT NULL REFERENCES imports (id),
      published_at TEXT NOT NULL,
      published_by TEXT NOT NULL,
      UNIQUE (model, version)
    ) STRICT;

    CREATE TABLE release_files (
      release_id INTEGER NOT NULL REFERENCES releases (id),
      path TEXT NOT NULL,
      role TEXT NOT NULL,
      media_type TEXT NOT NULL,
      digest TEXT NOT NULL,
      size_bytes INTEGER NOT NULL,
      PRIMARY KEY (release_id, path)
    ) STRICT;
    CREATE INDEX release_files_by_digest ON release_files (digest);

    CREATE TABLE release_lifecycle (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      release_id INTEGER NOT NULL REFERENCES releases (id),
      state TEXT NOT NULL CHECK (state IN ('deprecated', 'revoked')),
      at TEXT NOT NULL,
      by TEXT NOT NULL,
      reason TEXT NOT NULL,
      successor TEXT,
      effective_at TEXT
    ) STRICT;
    CREATE INDEX release_lifecycle_by_release ON release_lifecycle (release_id);

    CREATE TABLE pins (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      model TEXT NOT NULL,
      channel TEXT NOT NULL,
      release_id INTEGER NOT NULL REFERENCES releases (id),
      at TEXT NOT NULL,
      by TEXT NOT NULL,
      reason TEXT NOT NULL
    ) STRICT;
    CREATE INDEX pins_by_channel ON pins (model, channel, id);

    CREATE TABLE anchors (
      id TEXT PRIMARY KEY,
      format TEXT NOT NULL,
      key_type TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      public_key BLOB NOT NULL,
      comment TEXT NOT NULL,
      owner TEXT NOT NULL,
      models TEXT NOT NULL,
      source TEXT NOT NULL,
      added_at TEXT NOT NULL,
      added_by TEXT NOT NULL,
      revoked_at TEXT,
      revoked_reason TEXT
    ) STRICT;

    CREATE TABLE servers (
      name TEXT PRIMARY KEY,
      settings TEXT NOT NULL,
      identity_file TEXT,
      host_key_type TEXT NOT NULL,
      host_key_fingerprint TEXT NOT NULL,
      host_key_line TEXT NOT NULL,
      added_at TEXT NOT NULL,
      added_by TEXT NOT NULL,
      last_contact_at TEXT
    ) STRICT;

    -- What was done on servers and how it ended; the live release of a channel is its last healthy activation.
    CREATE TABLE deployments (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      server TEXT NOT NULL,
      model TEXT NOT NULL,
      channel TEXT,
      version TEXT NOT NULL,
      manifest_digest TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('push', 'activate', 'rollback', 'fixity')),
      outcome TEXT NOT NULL CHECK (outcome IN ('done', 'failed')),
      at TEXT NOT NULL,
      by TEXT NOT NULL,
      proven_at TEXT,
      detail TEXT NOT NULL
    ) STRICT;
    CREATE INDEX deployments_by_place ON deployments (server, model, channel, id);

    CREATE TABLE transfers (
      set_id TEXT NOT NULL,
      direction TEXT NOT NULL CHECK (direction IN ('out', 'in')),
      site TEXT NOT NULL,
      sequence INTEGER NOT NULL,
      at TEXT NOT NULL,
      by TEXT NOT NULL,
      volumes INTEGER NOT NULL,
      payload_bytes INTEGER NOT NULL,
      releases TEXT NOT NULL,
      delta_of TEXT,
      PRIMARY KEY (set_id, direction)
    ) STRICT;
    CREATE INDEX transfers_by_site ON transfers (direction, site, sequence);

    CREATE TABLE jobs (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      title TEXT NOT NULL,
      state TEXT NOT NULL,
      params TEXT NOT NULL,
      checkpoint TEXT,
      snapshot TEXT NOT NULL,
      started_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX jobs_by_start ON jobs (started_at);

    CREATE TABLE audit_log (
      idx INTEGER PRIMARY KEY,
      body TEXT NOT NULL,
      leaf_hash BLOB NOT NULL
    ) STRICT;

    CREATE TABLE audit_checkpoints (
      size INTEGER PRIMARY KEY,
      note TEXT NOT NULL
    ) STRICT;

    ${[
      'releases',
      'release_files',
      'release_lifecycle',
      'pins',
      'deployments',
      'transfers',
      'audit_log',
      'audit_checkpoints',
    ]
      .map(
        (table) => `
    CREATE TRIGGER ${table}_no_update BEFORE UPDATE ON ${table}
      BEGIN SELECT RAISE(ABORT, '${table}: rows of record are never changed'); END;
    CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table}
      BEGIN SELECT RAISE(ABORT, '${table}: rows of record are never removed'); END;`,
      )
      .join('')}

    CREATE TRIGGER releases_no_replace BEFORE INSERT ON releases
      WHEN EXISTS (SELECT 1 FROM releases WHERE model = NEW.model AND version = NEW.version)
      BEGIN SELECT RAISE(ABORT, 'releases: the name and version is bound already'); END;
  `,
};
