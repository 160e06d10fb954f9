import type { Database } from 'better-sqlite3';
import { encodeBase64 } from '#engine/core/base64.ts';
import { opensshLine } from '#engine/trust/openssh-key.ts';
import type { Migration } from './migration.ts';

interface OldAnchor {
  id: string;
  format: string;
  fingerprint: string;
  public_key: Buffer;
  comment: string;
}

/**
 * Anchors were raw Ed25519 keys; now each is kept as the text it was imported as, with limits of its own. What was accepted
 * before keeps counting for what it counted for: models, transfer sets and receipts.
 */
export const anchorsOfEveryKind: Migration = {
  version: 2,
  name: 'anchors of every kind',
  sql: `
    ALTER TABLE anchors RENAME TO anchors_of_version_1;

    CREATE TABLE anchors (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      material TEXT NOT NULL,
      key_type TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      comment TEXT NOT NULL,
      identity TEXT,
      issuer TEXT,
      principals TEXT NOT NULL,
      namespaces TEXT NOT NULL,
      valid_from TEXT,
      valid_until TEXT,
      owner TEXT NOT NULL,
      models TEXT NOT NULL,
      formats TEXT NOT NULL,
      purposes TEXT NOT NULL,
      source TEXT NOT NULL,
      added_at TEXT NOT NULL,
      added_by TEXT NOT NULL,
      refreshed_at TEXT NOT NULL,
      expires_at TEXT,
      revoked_at TEXT,
      revoked_reason TEXT
    ) STRICT;

    INSERT INTO anchors
      SELECT id, format, '', key_type, fingerprint, comment, NULL, NULL, '[]', '[]', NULL, NULL, owner, models, '[]',
             '["models","transfer-sets","receipts"]', source, added_at, added_by, added_at, NULL, revoked_at, revoked_reason
      FROM anchors_of_version_1;
  `,
  fill(database) {
    const update = database.prepare('UPDATE anchors SET material = ? WHERE id = ?');
    for (const old of readOld(database)) update.run(materialOf(old), old.id);
    database.exec('DROP TABLE anchors_of_version_1');
  },
};

function readOld(database: Database): OldAnchor[] {
  return database.prepare<[], OldAnchor>('SELECT * FROM anchors_of_version_1').all();
}

/** The key as its tool writes it. A minisign fingerprint holds the whole public key after its prefix. */
function materialOf({ format, fingerprint, public_key, comment }: OldAnchor): string {
  if (format === 'ssh') return opensshLine(public_key, comment);
  const prefix = 'minisign:';
  return fingerprint.startsWith(prefix) ? fingerprint.slice(prefix.length) : encodeBase64(public_key);
}
