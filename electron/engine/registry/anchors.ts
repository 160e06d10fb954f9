import type { Timestamp } from '#shared/contract/basics.ts';
import type { TrustAnchor } from '#engine/trust/anchor.ts';
import type { Database } from './database.ts';

interface Stored {
  id: string;
  format: TrustAnchor['format'];
  key_type: string;
  fingerprint: string;
  public_key: Buffer;
  comment: string;
  owner: string;
  models: string;
  source: string;
  added_at: string;
  added_by: string;
  revoked_at: string | null;
  revoked_reason: string | null;
}

/** Whose signatures count, for which models. A revoked anchor stays, so that its signatures are known as revoked. */
export class AnchorsRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(anchor: TrustAnchor): void {
    this.#database
      .prepare('INSERT INTO anchors VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        anchor.id,
        anchor.format,
        anchor.keyType,
        anchor.fingerprint,
        Buffer.from(anchor.publicKey),
        anchor.comment,
        anchor.owner,
        JSON.stringify(anchor.models),
        anchor.source,
        anchor.addedAt,
        anchor.addedBy,
        anchor.revokedAt,
        anchor.revokedReason,
      );
  }

  get(id: string): TrustAnchor | null {
    const row = this.#database.prepare<[string], Stored>('SELECT * FROM anchors WHERE id = ?').get(id);
    return row === undefined ? null : toAnchor(row);
  }

  list(): TrustAnchor[] {
    return this.#database
      .prepare<[], Stored>('SELECT * FROM anchors ORDER BY owner, added_at')
      .all()
      .map(toAnchor);
  }

  revoke(id: string, at: Timestamp, reason: string): void {
    this.#database
      .prepare('UPDATE anchors SET revoked_at = ?, revoked_reason = ? WHERE id = ?')
      .run(at, reason, id);
  }

  remove(id: string): void {
    this.#database.prepare('DELETE FROM anchors WHERE id = ?').run(id);
  }
}

function toAnchor(row: Stored): TrustAnchor {
  return {
    id: row.id,
    format: row.format,
    keyType: row.key_type,
    fingerprint: row.fingerprint,
    publicKey: new Uint8Array(row.public_key),
    comment: row.comment,
    owner: row.owner,
    models: JSON.parse(row.models) as string[],
    source: row.source,
    addedAt: row.added_at,
    addedBy: row.added_by,
    revokedAt: row.revoked_at,
    revokedReason: row.revoked_reason,
  };
}
