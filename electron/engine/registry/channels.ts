import type { Timestamp } from '#shared/contract/basics.ts';
import type { Pin } from '#shared/contract/releases.ts';
import type { Database } from './database.ts';

export interface NewPin {
  readonly model: string;
  readonly channel: string;
  readonly releaseId: number;
  readonly at: Timestamp;
  readonly by: string;
  readonly reason: string;
}

const selectPin = `
  SELECT pins.model, pins.channel, releases.version, releases.manifest_digest AS manifestDigest, pins.at, pins.by, pins.reason
  FROM pins JOIN releases ON releases.id = pins.release_id`;

/** Channels are nothing but their history of pins; the newest pin is where a channel points. */
export class ChannelsRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  pin(pin: NewPin): void {
    this.#database
      .prepare('INSERT INTO pins (model, channel, release_id, at, by, reason) VALUES (?, ?, ?, ?, ?, ?)')
      .run(pin.model, pin.channel, pin.releaseId, pin.at, pin.by, pin.reason);
  }

  current(model: string, channel: string): Pin | null {
    const row = this.#database
      .prepare<[string, string], Pin>(
        `${selectPin} WHERE pins.model = ? AND pins.channel = ? ORDER BY pins.id DESC LIMIT 1`,
      )
      .get(model, channel);
    return row ?? null;
  }

  /** Where the channel pointed at that moment; null when it did not exist yet. */
  asOf(model: string, channel: string, at: Timestamp): Pin | null {
    const row = this.#database
      .prepare<[string, string, string], Pin>(
        `${selectPin} WHERE pins.model = ? AND pins.channel = ? AND pins.at <= ? ORDER BY pins.id DESC LIMIT 1`,
      )
      .get(model, channel, at);
    return row ?? null;
  }

  /** Newest first. */
  history(model: string, channel: string): Pin[] {
    return this.#database
      .prepare<[string, string], Pin>(
        `${selectPin} WHERE pins.model = ? AND pins.channel = ? ORDER BY pins.id DESC`,
      )
      .all(model, channel);
  }

  /** Every channel of one model, or of all, by name. */
  list(model?: string): { model: string; channel: string }[] {
    const where = model === undefined ? '' : 'WHERE model = ?';
    const args = model === undefined ? [] : [model];
    return this.#database
      .prepare<string[], { model: string; channel: string }>(
        `SELECT DISTINCT model, channel FROM pins ${where} ORDER BY model, channel`,
      )
      .all(...args);
  }

  /** The current pin of every channel: one query for lists. */
  listCurrent(): Pin[] {
    return this.#database
      .prepare<[], Pin>(
        `${selectPin} WHERE pins.id IN (SELECT MAX(id) FROM pins GROUP BY model, channel) ORDER BY pins.model, pins.channel`,
      )
      .all();
  }

  /** Every pin ever made, oldest first, for the audit's comparison. */
  all(): Pin[] {
    return this.#database.prepare<[], Pin>(`${selectPin} ORDER BY pins.id`).all();
  }
}
