import type { Migration } from './migration.ts';

/**
 * What the scan found, and what a site makes of it. Findings belong to a file's digest, its name (which decides among texts)
 * and the scanner's rules; they can be computed again, so they are no rows of record. Policies, waivers and attachments are.
 */
export const scan: Migration = {
  version: 3,
  name: 'scan',
  sql: `
    CREATE TABLE file_scans (
      digest TEXT NOT NULL,
      name TEXT NOT NULL,
      scanner TEXT NOT NULL,
      format TEXT NOT NULL,
      size_bytes INTEGER NOT NULL,
      bytes_read INTEGER NOT NULL,
      findings TEXT NOT NULL,
      facts TEXT NOT NULL,
      scanned_at TEXT NOT NULL,
      PRIMARY KEY (digest, name, scanner)
    ) STRICT;

    -- A release's files together: an index against its shards, a tokenizer against its model.
    CREATE TABLE import_scans (
      import_id TEXT NOT NULL REFERENCES imports (id),
      scanner TEXT NOT NULL,
      across TEXT NOT NULL,
      scanned_at TEXT NOT NULL,
      PRIMARY KEY (import_id, scanner)
    ) STRICT;

    -- What a policy makes of a file's findings, waivers left aside.
    CREATE TABLE verdicts (
      digest TEXT NOT NULL,
      name TEXT NOT NULL,
      scanner TEXT NOT NULL,
      policy TEXT NOT NULL,
      verdict TEXT NOT NULL,
      PRIMARY KEY (digest, name, scanner, policy)
    ) STRICT;

    -- Tensors of a file in the order of its header; the digests do not depend on the scanner.
    CREATE TABLE tensors (
      file_digest TEXT NOT NULL,
      idx INTEGER NOT NULL,
      name TEXT NOT NULL,
      dtype TEXT NOT NULL,
      shape TEXT NOT NULL,
      size_bytes INTEGER NOT NULL,
      offset_bytes INTEGER NOT NULL,
      digest TEXT NOT NULL,
      statistics TEXT,
      PRIMARY KEY (file_digest, idx)
    ) STRICT;

    CREATE TABLE policies (
      version INTEGER PRIMARY KEY,
      digest TEXT NOT NULL,
      document TEXT NOT NULL,
      at TEXT NOT NULL,
      by TEXT NOT NULL,
      reason TEXT NOT NULL
    ) STRICT;

    CREATE TABLE waivers (
      id TEXT PRIMARY KEY,
      subject TEXT NOT NULL,
      rule TEXT NOT NULL,
      object TEXT NOT NULL,
      reason TEXT NOT NULL,
      granted_at TEXT NOT NULL,
      granted_by TEXT NOT NULL,
      key TEXT NOT NULL,
      public_key BLOB NOT NULL,
      expires_at TEXT,
      envelope TEXT NOT NULL
    ) STRICT;
    CREATE INDEX waivers_by_subject ON waivers (subject, rule);

    CREATE TABLE waiver_revocations (
      waiver_id TEXT PRIMARY KEY REFERENCES waivers (id),
      at TEXT NOT NULL,
      by TEXT NOT NULL,
      reason TEXT NOT NULL
    ) STRICT;

    CREATE TABLE attachments (
      id TEXT PRIMARY KEY,
      import_id TEXT NOT NULL REFERENCES imports (id),
      body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX attachments_by_import ON attachments (import_id);

    ${['policies', 'waivers', 'waiver_revocations', 'attachments']
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
