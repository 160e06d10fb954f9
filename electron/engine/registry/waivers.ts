import type { Digest, Timestamp } from '#shared/contract/basics.ts';
import type { Database } from './database.ts';

/** A waiver as it was granted: what it says, the key that signed it, and the envelope that proves it. */
export interface WaiverRow {
  readonly id: string;
  readonly subject: Digest;
  readonly rule: string;
  readonly object: string;
  readonly reason: string;
  readonly grantedAt: Timestamp;
  readonly grantedBy: string;
  /** Fingerprint of the key. */
  readonly key: string;
  /** Raw 32-byte Ed25519 key. */
  readonly publicKey: Uint8Array;
  readonly expiresAt: Timestamp | null;
  /** DSSE, canonical JSON. */
  readonly envelope: string;
}

export interface WaiverRevocation {
  readonly waiverId: string;
  readonly at: Timestamp;
  readonly by: string;
  readonly reason: string;
}

interface Stored {
  id: string;
  subject: string;
  rule: string;
  object: string;
  reason: string;
  granted_at: string;
  granted_by: string;
  key: string;
  public_key: Buffer;
  expires_at: string | null;
  envelope: string;
}

/** Waivers and their revocations, both append-only. */
export class WaiversRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(row: WaiverRow): void {
    this.#database
      .prepare('INSERT INTO waivers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        row.id,
        row.subject,
        row.rule,
        row.object,
        row.reason,
        row.grantedAt,
        row.grantedBy,
        row.key,
        Buffer.from(row.publicKey),
        row.expiresAt,
        row.envelope,
      );
  }

  /** Each waiver can be revoked once. */
  revoke(row: WaiverRevocation): void {
    this.#database
      .prepare('INSERT INTO waiver_revocations (waiver_id, at, by, reason) VALUES (?, ?, ?, ?)')
      .run(row.waiverId, row.at, row.by, row.reason);
  }

  get(id: string): WaiverRow | null {
    const row = this.#database.prepare<[string], Stored>('SELECT * FROM waivers WHERE id = ?').get(id);
    return row === undefined ? null : toRow(row);
  }

  /** Newest first; those of one digest, or all. */
  list(subject?: Digest): WaiverRow[] {
    const where = subject === undefined ? '' : 'WHERE subject = ?';
    const args = subject === undefined ? [] : [subject];
    return this.#database
      .prepare<string[], Stored>(`SELECT * FROM waivers ${where} ORDER BY granted_at DESC, id`)
      .all(...args)
      .map(toRow);
  }

  revocations(): WaiverRevocation[] {
    return this.#database
      .prepare<[], WaiverRevocation>(
        'SELECT waiver_id AS waiverId, at, by, reason FROM waiver_revocations ORDER BY at, waiver_id',
      )
      .all();
  }
}

function toRow(row: Stored): WaiverRow {
  return {
    id: row.id,
    subject: row.subject,
    rule: row.rule,
    object: row.object,
    reason: row.reason,
    grantedAt: row.granted_at,
    grantedBy: row.granted_by,
    key: row.key,
    publicKey: new Uint8Array(row.public_key),
    expiresAt: row.expires_at,
    envelope: row.envelope,
  };
}
