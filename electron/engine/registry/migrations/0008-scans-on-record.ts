import type { Migration } from './migration.ts';

/**
 * The audit log vouches for what a scan found. Findings that it does not vouch for go: they can be computed again, and are before
 * anything rests on them. Verdicts were kept beside them; they follow from the findings and the policy in force, and are no rows.
 */
export const scansOnRecord: Migration = {
  version: 8,
  name: 'scans-on-record',
  sql: `
    DROP TABLE verdicts;
    DELETE FROM file_scans;
    DROP TABLE import_scans;

    -- A scan of everything that an import holds: which rows of file_scans belong to it, and what is wrong with the files together.
    CREATE TABLE import_scans (
      import_id TEXT NOT NULL REFERENCES imports (id),
      scanner TEXT NOT NULL,
      files TEXT NOT NULL,
      across TEXT NOT NULL,
      scanned_at TEXT NOT NULL,
      PRIMARY KEY (import_id, scanner)
    ) STRICT;
    ${['file_scans', 'import_scans', 'tensors']
      .map(
        (table) => `
    CREATE TRIGGER ${table}_no_update BEFORE UPDATE ON ${table}
      BEGIN SELECT RAISE(ABORT, '${table}: what was found is never changed'); END;`,
      )
      .join('')}
  `,
};
