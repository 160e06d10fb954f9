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
  pack: number | null;
  retired_at: string | null;
  retired_by: string | null;
  retired_reason: string | null;
}

/** When an anchor stopped to count, and why. */
export interface Retirement {
  readonly at: Timestamp;
  readonly by: string;
  readonly reason: string;
}

/** What a confirmation changes: never whose key it is or what it may sign. */
export type Refreshed = Pick<TrustAnchor, 'refreshedAt' | 'expiresAt' | 'pack'> &
  Pick<TrustAnchor, 'material' | 'comment' | 'validFrom' | 'validUntil'>;

/** What a person here may change of an anchor: what it counts for, and until when. */
export type Limits = Pick<TrustAnchor, 'models' | 'formats' | 'purposes' | 'expiresAt'>;

/**
 * Whose signatures count, for which models. A revoked anchor stays, so that its signatures are known as revoked; one that was
 * removed is history. No row is ever deleted.
 */
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
           @added_at, @added_by, @refreshed_at, @expires_at, @revoked_at, @revoked_reason, @pack, NULL, NULL, NULL)`,
      )
      .run(toStored(anchor));
  }

  /** Null also for one that was retired. */
  get(id: string): TrustAnchor | null {
    const row = this.#database
      .prepare<[string], Stored>('SELECT * FROM anchors WHERE id = ? AND retired_at IS NULL')
      .get(id);
    return row === undefined ? null : toAnchor(row);
  }

  list(): TrustAnchor[] {
    return this.#database
      .prepare<[], Stored>('SELECT * FROM anchors WHERE retired_at IS NULL ORDER BY owner, added_at, id')
      .all()
      .map(toAnchor);
  }

  revoke(id: string, at: Timestamp, reason: string): void {
    this.#database
      .prepare('UPDATE anchors SET revoked_at = ?, revoked_reason = ? WHERE id = ?')
      .run(at, reason, id);
  }

  /** It no longer counts, and stays in `history`. */
  retire(id: string, { at, by, reason }: Retirement): void {
    this.#database
      .prepare('UPDATE anchors SET retired_at = ?, retired_by = ?, retired_reason = ? WHERE id = ?')
      .run(at, by, reason, id);
  }

  /** It counts for other things from now on. */
  limit(id: string, { models, formats, purposes, expiresAt }: Limits): void {
    this.#database
      .prepare('UPDATE anchors SET models = ?, formats = ?, purposes = ?, expires_at = ? WHERE id = ?')
      .run(JSON.stringify(models), JSON.stringify(formats), JSON.stringify(purposes), expiresAt, id);
  }

  /** Retired anchors, the newest retirement first. */
  history(): { anchor: TrustAnchor; retirement: Retirement }[] {
    return this.#database
      .prepare<[], Stored>('SELECT * FROM anchors WHERE retired_at IS NOT NULL ORDER BY retired_at DESC, id')
      .all()
      .map((row) => ({
        anchor: toAnchor(row),
        retirement: {
          at: row.retired_at ?? '',
          by: row.retired_by ?? '',
          reason: row.retired_reason ?? '',
        },
      }));
  }

  /** The same anchor, confirmed anew. */
  refresh(id: string, refreshed: Refreshed): void {
    this.#database
      .prepare(
        `UPDATE anchors SET refreshed_at = ?, expires_at = ?, pack = ?, material = ?, comment = ?, valid_from = ?,
           valid_until = ? WHERE id = ?`,
      )
      .run(
        refreshed.refreshedAt,
        refreshed.expiresAt,
        refreshed.pack,
        refreshed.material,
        refreshed.comment,
        refreshed.validFrom,
        refreshed.validUntil,
        id,
      );
  }
}

function toStored(anchor: TrustAnchor): Omit<Stored, 'retired_at' | 'retired_by' | 'retired_reason'> {
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
    pack: anchor.pack,
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
    pack: row.pack,
  };
}
