import type { Migration } from './migration.ts';

/** Signatures that were made over a release after it was published, here or at the site it came from; rows of record. */
export const releaseSignatures: Migration = {
  version: 10,
  name: 'release signatures',
  sql: `
    CREATE TABLE release_signatures (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      manifest_digest TEXT NOT NULL,
      digest TEXT NOT NULL,
      format TEXT NOT NULL,
      content BLOB NOT NULL,
      added_at TEXT NOT NULL,
      added_by TEXT NOT NULL,
      -- Id of the transfer set that brought it; null when it was made here.
      transfer_set TEXT,
      UNIQUE (manifest_digest, digest)
    ) STRICT;
    CREATE TRIGGER release_signatures_no_update BEFORE UPDATE ON release_signatures
      BEGIN SELECT RAISE(ABORT, 'release_signatures: rows of record are never changed'); END;
    CREATE TRIGGER release_signatures_no_delete BEFORE DELETE ON release_signatures
      BEGIN SELECT RAISE(ABORT, 'release_signatures: rows of record are never removed'); END;
  `,
};
