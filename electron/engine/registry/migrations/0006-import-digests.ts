import type { Migration } from './migration.ts';

/** Every digest that was computed while a file was copied, so that a resumed import reads none of it again. */
export const importDigests: Migration = {
  version: 6,
  name: 'import digests',
  sql: `ALTER TABLE import_files ADD COLUMN digests TEXT NOT NULL DEFAULT '{}';`,
};
