import { createHash } from 'node:crypto';
import type { Timestamp } from '#shared/contract/basics.ts';
import type { Medium, MediumEvent } from '#shared/contract/transfers.ts';
import type { Database } from './database.ts';

interface Stored {
  id: string;
  known_by: Medium['knownBy'];
  known_as: string;
  label: string;
  file_system: string;
  size_bytes: number;
  transport: string;
  owner: string | null;
  holder: string | null;
  first_seen_at: string;
  last_seen_at: string;
  sanitised_at: string | null;
  write_bytes_per_second: number | null;
  read_bytes_per_second: number | null;
}

interface StoredEvent {
  at: string;
  by: string;
  what: MediumEvent['what'];
  set_id: string | null;
  volume: number | null;
  detail: string;
  reason: string;
}

/** A medium as it looks when it is plugged in. */
export type SeenMedium = Pick<
  Medium,
  'knownBy' | 'knownAs' | 'label' | 'fileSystem' | 'sizeBytes' | 'transport'
>;

/** The register of media, and what was done with each. */
export class MediaRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Puts a medium into the register, or brings up to date how and when it was last seen. */
  see(medium: SeenMedium, at: Timestamp): Medium {
    this.#database
      .prepare(
        `INSERT INTO media (id, known_by, known_as, label, file_system, size_bytes, transport, first_seen_at, last_seen_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (known_as) DO UPDATE SET label = excluded.label,
         file_system = excluded.file_system, size_bytes = excluded.size_bytes, transport = excluded.transport,
         last_seen_at = MAX(last_seen_at, excluded.last_seen_at)`,
      )
      .run(
        idOf(medium.knownAs),
        medium.knownBy,
        medium.knownAs,
        medium.label,
        medium.fileSystem,
        medium.sizeBytes,
        medium.transport,
        at,
        at,
      );
    const row = this.#database
      .prepare<[string], Stored>('SELECT * FROM media WHERE known_as = ?')
      .get(medium.knownAs);
    if (row === undefined) throw new Error(`medium ${medium.knownAs} was not kept`);
    return toMedium(row);
  }

  /** What a medium that is not in the register yet will be known by in it. */
  entryOf(
    { knownBy, knownAs }: Pick<Medium, 'knownBy' | 'knownAs'>,
    at: Timestamp,
  ): Pick<Medium, 'id' | 'knownBy' | 'knownAs' | 'firstSeenAt'> {
    return { id: idOf(knownAs), knownBy, knownAs, firstSeenAt: at };
  }

  /** Is there a medium in the register that is known so? */
  knows({ knownAs }: Pick<Medium, 'knownAs'>): boolean {
    return this.get(idOf(knownAs)) !== null;
  }

  get(id: string): Medium | null {
    const row = this.#database.prepare<[string], Stored>('SELECT * FROM media WHERE id = ?').get(id);
    return row === undefined ? null : toMedium(row);
  }

  /** Last seen first. */
  list(): Medium[] {
    return this.#database
      .prepare<[], Stored>('SELECT * FROM media ORDER BY last_seen_at DESC, id')
      .all()
      .map(toMedium);
  }

  /** Rates as measured just now, bytes a second; null leaves the one that is known. */
  noteSpeed(id: string, writeBytesPerSecond: number | null, readBytesPerSecond: number | null): void {
    this.#database
      .prepare(
        `UPDATE media SET write_bytes_per_second = COALESCE(?, write_bytes_per_second),
         read_bytes_per_second = COALESCE(?, read_bytes_per_second) WHERE id = ?`,
      )
      .run(writeBytesPerSecond, readBytesPerSecond, id);
  }

  /** Adds to the medium's history; owner, holder and sanitising follow from it. */
  addEvent(id: string, event: MediumEvent): void {
    this.#database
      .prepare(
        'INSERT INTO media_events (medium_id, at, by, what, set_id, volume, detail, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(id, event.at, event.by, event.what, event.setId, event.volume, event.detail, event.reason);
    if (event.what === 'owner') this.#set('owner', id, event.detail);
    if (event.what === 'handed-over') this.#set('holder', id, event.detail);
    if (event.what === 'sanitised') this.#set('sanitised_at', id, event.at);
  }

  /** Newest first. */
  history(id: string): MediumEvent[] {
    return this.#database
      .prepare<[string], StoredEvent>('SELECT * FROM media_events WHERE medium_id = ? ORDER BY id DESC')
      .all(id)
      .map(toEvent);
  }

  /** Every event of every medium in the order in which they were written, for the audit's comparison. */
  events(): (MediumEvent & { readonly mediumId: string })[] {
    return this.#database
      .prepare<[], StoredEvent & { medium_id: string }>('SELECT * FROM media_events ORDER BY id')
      .all()
      .map((row) => ({ mediumId: row.medium_id, ...toEvent(row) }));
  }

  #set(column: 'owner' | 'holder' | 'sanitised_at', id: string, value: string): void {
    this.#database.prepare(`UPDATE media SET ${column} = ? WHERE id = ?`).run(value, id);
  }
}

function idOf(knownAs: string): string {
  return `med-${createHash('sha256').update(knownAs).digest('hex').slice(0, 16)}`;
}

function toEvent(row: StoredEvent): MediumEvent {
  return {
    at: row.at,
    by: row.by,
    what: row.what,
    setId: row.set_id,
    volume: row.volume,
    detail: row.detail,
    reason: row.reason,
  };
}

function toMedium(row: Stored): Medium {
  return {
    id: row.id,
    knownBy: row.known_by,
    knownAs: row.known_as,
    label: row.label,
    fileSystem: row.file_system,
    sizeBytes: row.size_bytes,
    transport: row.transport,
    owner: row.owner,
    holder: row.holder,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    sanitisedAt: row.sanitised_at,
    writeBytesPerSecond: row.write_bytes_per_second,
    readBytesPerSecond: row.read_bytes_per_second,
  };
}
