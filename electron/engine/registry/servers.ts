import type { Timestamp } from '#shared/contract/basics.ts';
import { type Server, ServerSettings } from '#shared/contract/fleet.ts';
import type { Database } from './database.ts';

/** A server with what only the engine needs to reach it. */
export interface ServerRow extends Server {
  /** Path of the private key that ssh is given; null leaves it to ssh's own defaults. Never the key itself. */
  readonly identityFile: string | null;
  /** The confirmed host key as a known_hosts line without the host part: `ssh-ed25519 AAAA…`. */
  readonly hostKeyLine: string;
}

interface Stored {
  name: string;
  settings: string;
  identity_file: string | null;
  host_key_type: string;
  host_key_fingerprint: string;
  host_key_line: string;
  added_at: string;
  added_by: string;
  last_contact_at: string | null;
}

/** The fleet: servers an operator named, each with the host key that was confirmed. */
export class ServersRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(server: ServerRow): void {
    this.#database
      .prepare('INSERT INTO servers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        server.name,
        JSON.stringify(ServerSettings.parse(server)),
        server.identityFile,
        server.hostKey.keyType,
        server.hostKey.fingerprint,
        server.hostKeyLine,
        server.addedAt,
        server.addedBy,
        server.lastContactAt,
      );
  }

  get(name: string): ServerRow | null {
    const row = this.#database.prepare<[string], Stored>('SELECT * FROM servers WHERE name = ?').get(name);
    return row === undefined ? null : toRow(row);
  }

  list(): ServerRow[] {
    return this.#database.prepare<[], Stored>('SELECT * FROM servers ORDER BY name').all().map(toRow);
  }

  remove(name: string): void {
    this.#database.prepare('DELETE FROM servers WHERE name = ?').run(name);
  }

  touch(name: string, at: Timestamp): void {
    this.#database.prepare('UPDATE servers SET last_contact_at = ? WHERE name = ?').run(at, name);
  }
}

function toRow(row: Stored): ServerRow {
  return {
    ...ServerSettings.parse(JSON.parse(row.settings)),
    identityFile: row.identity_file,
    hostKey: { keyType: row.host_key_type, fingerprint: row.host_key_fingerprint },
    hostKeyLine: row.host_key_line,
    addedAt: row.added_at,
    addedBy: row.added_by,
    lastContactAt: row.last_contact_at,
  };
}
