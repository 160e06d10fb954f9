import type { Timestamp } from '#shared/contract/basics.ts';
import type { AnchorPurpose } from '#shared/contract/trust.ts';
import type { TrustAnchor } from '#engine/trust/anchor.ts';
import type { Database } from './database.ts';

interface Stored {
  id: string;
  kind: TrustAnchor['kind'];
  material: string;
  key_type: string;
  fingerprint: string;
  comment: string;
  identity: string | null;
  issuer: string | null;
  principals: string;
  namespaces: string;
  valid_from: string | null;
  valid_until: string | null;
  owner: string;
  models: string;
  formats: string;
  purposes: string;
  source: string;
  added_at: string;
  added_by: string;
  refreshed_at: string;
  expires_at: string | null;
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
      .prepare(
        `INSERT INTO anchors VALUES (@id, @kind, @material, @key_type, @fingerprint, @comment, @identity, @issuer,
           @principals, @namespaces, @valid_from, @valid_until, @owner, @models, @formats, @purposes, @source,
           @added_at, @added_by, @refreshed_at, @expires_at, @revoked_at, @revoked_reason)`,
      )
      .run(toStored(anchor));
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

function toStored(anchor: TrustAnchor): Stored {
  return {
    id: anchor.id,
    kind: anchor.kind,
    material: anchor.material,
    key_type: anchor.keyType,
    fingerprint: anchor.fingerprint,
    comment: anchor.comment,
    identity: anchor.identity,
    issuer: anchor.issuer,
    principals: JSON.stringify(anchor.principals),
    namespaces: JSON.stringify(anchor.namespaces),
    valid_from: anchor.validFrom,
    valid_until: anchor.validUntil,
    owner: anchor.owner,
    models: JSON.stringify(anchor.models),
    formats: JSON.stringify(anchor.formats),
    purposes: JSON.stringify(anchor.purposes),
    source: anchor.source,
    added_at: anchor.addedAt,
    added_by: anchor.addedBy,
    refreshed_at: anchor.refreshedAt,
    expires_at: anchor.expiresAt,
    revoked_at: anchor.revokedAt,
    revoked_reason: anchor.revokedReason,
  };
}

function toAnchor(row: Stored): TrustAnchor {
  return {
    id: row.id,
    kind: row.kind,
    material: row.material,
    keyType: row.key_type,
    fingerprint: row.fingerprint,
    comment: row.comment,
    identity: row.identity,
    issuer: row.issuer,
    principals: JSON.parse(row.principals) as string[],
    namespaces: JSON.parse(row.namespaces) as string[],
    validFrom: row.valid_from,
    validUntil: row.valid_until,
    owner: row.owner,
    models: JSON.parse(row.models) as string[],
    formats: JSON.parse(row.formats) as string[],
    purposes: JSON.parse(row.purposes) as AnchorPurpose[],
    source: row.source,
    addedAt: row.added_at,
    addedBy: row.added_by,
    refreshedAt: row.refreshed_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    revokedReason: row.revoked_reason,
  };
}
