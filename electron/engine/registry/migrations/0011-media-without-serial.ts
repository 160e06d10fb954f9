import type { Migration } from './migration.ts';

/** Media that have no serial number are known by the id of their file system, or by label and size. */
export const mediaWithoutSerial: Migration = {
  version: 11,
  name: 'media without serial number',
  sql: `
    ALTER TABLE media RENAME COLUMN serial TO known_as;
    ALTER TABLE media ADD COLUMN known_by TEXT NOT NULL DEFAULT 'serial'
      CHECK (known_by IN ('serial', 'file-system', 'label-and-size'));
  `,
};
