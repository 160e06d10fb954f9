import type { Digest, Timestamp } from '#shared/contract/basics.ts';
import type { SigningFormat } from '#shared/contract/signing.ts';
import type { Database } from './database.ts';

/** A signature over a release, by the digest of the release's manifest: an import that becomes the release has it too. */
export interface ReleaseSignatureRow {
  readonly manifestDigest: Digest;
  /** SHA-256 of the signature's own bytes. */
  readonly digest: Digest;
  readonly format: SigningFormat;
  readonly content: Uint8Array;
  readonly addedAt: Timestamp;
  readonly addedBy: string;
  /** Id of the transfer set that brought it; null when it was made here. */
  readonly transferSet: string | null;
}

const columns = `manifest_digest AS manifestDigest, digest, format, content, added_at AS addedAt, added_by AS addedBy,
  transfer_set AS transferSet`;

/** Signatures that are kept with releases; append-only. */
export class ReleaseSignaturesRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(row: ReleaseSignatureRow): void {
    this.#database
      .prepare(
        `INSERT INTO release_signatures (manifest_digest, digest, format, content, added_at, added_by, transfer_set)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        row.manifestDigest,
        row.digest,
        row.format,
        Buffer.from(row.content),
        row.addedAt,
        row.addedBy,
        row.transferSet,
      );
  }

  /** Oldest first. */
  of(manifestDigest: Digest): ReleaseSignatureRow[] {
    return this.#database
      .prepare<[string], ReleaseSignatureRow>(
        `SELECT ${columns} FROM release_signatures WHERE manifest_digest = ? ORDER BY id`,
      )
      .all(manifestDigest);
  }

  /** Every one, for the audit's comparison. */
  all(): ReleaseSignatureRow[] {
    return this.#database
      .prepare<[], ReleaseSignatureRow>(`SELECT ${columns} FROM release_signatures ORDER BY id`)
      .all();
  }
}
