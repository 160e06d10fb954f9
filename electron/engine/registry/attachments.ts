import { Attachment } from '#shared/contract/policy.ts';
import type { Database } from './database.ts';

/** Evidence from outside, on an import and so on the release it becomes; append-only. */
export class AttachmentsRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(importId: string, attachment: Attachment): void {
    this.#database
      .prepare('INSERT INTO attachments (id, import_id, body) VALUES (?, ?, ?)')
      .run(attachment.id, importId, JSON.stringify(attachment));
  }

  /** Oldest first. */
  list(importId: string): Attachment[] {
    return this.#database
      .prepare<[string], { body: string }>('SELECT body FROM attachments WHERE import_id = ? ORDER BY rowid')
      .all(importId)
      .map(({ body }) => Attachment.parse(JSON.parse(body)));
  }

  /** Every one with its import, oldest first, for the audit's comparison. */
  all(): { importId: string; attachment: Attachment }[] {
    return this.#database
      .prepare<[], { import_id: string; body: string }>(
        'SELECT import_id, body FROM attachments ORDER BY rowid',
      )
      .all()
      .map((row) => ({ importId: row.import_id, attachment: Attachment.parse(JSON.parse(row.body)) }));
  }
}
