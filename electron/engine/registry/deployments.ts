import type { Digest, Timestamp } from '#shared/contract/basics.ts';
import type { Database } from './database.ts';

/** One thing done on one server, and how it ended. */
export interface DeploymentEvent {
  readonly server: string;
  readonly model: string;
  /** Null for a push, which touches no channel. */
  readonly channel: string | null;
  readonly version: string;
  readonly manifestDigest: Digest;
  readonly kind: 'push' | 'activate' | 'rollback' | 'fixity';
  readonly outcome: 'done' | 'failed';
  readonly at: Timestamp;
  readonly by: string;
  /** When the server proved by hashing that it holds these bytes; null when it did not. */
  readonly provenAt: Timestamp | null;
  readonly detail: string;
}

const columns = `server, model, channel, version, manifest_digest AS manifestDigest, kind, outcome, at, by,
  proven_at AS provenAt, detail`;

const wentLive = `kind IN ('activate', 'rollback') AND outcome = 'done'`;

/** What was done on servers, append-only. A channel's live release is its last activation or rollback that was healthy. */
export class DeploymentsRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(event: DeploymentEvent): void {
    this.#database
      .prepare(
        `INSERT INTO deployments (server, model, channel, version, manifest_digest, kind, outcome, at, by, proven_at, detail)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        event.server,
        event.model,
        event.channel,
        event.version,
        event.manifestDigest,
        event.kind,
        event.outcome,
        event.at,
        event.by,
        event.provenAt,
        event.detail,
      );
  }

  /** The event that put the live release of this place live; null when nothing ever was. */
  latest(server: string, model: string, channel: string): DeploymentEvent | null {
    const row = this.#database
      .prepare<[string, string, string], DeploymentEvent>(
        `SELECT ${columns} FROM deployments WHERE server = ? AND model = ? AND channel = ? AND ${wentLive}
         ORDER BY id DESC LIMIT 1`,
      )
      .get(server, model, channel);
    return row ?? null;
  }

  /** What is live on every server and channel. */
  listLive(): DeploymentEvent[] {
    return this.#database
      .prepare<[], DeploymentEvent>(
        `SELECT ${columns} FROM deployments WHERE id IN
           (SELECT MAX(id) FROM deployments WHERE ${wentLive} GROUP BY server, model, channel)
         ORDER BY server, model, channel`,
      )
      .all();
  }

  /** Everything done in one place, newest first. */
  history(server: string, model: string, channel: string): DeploymentEvent[] {
    return this.#database
      .prepare<[string, string, string], DeploymentEvent>(
        `SELECT ${columns} FROM deployments WHERE server = ? AND model = ? AND channel = ? ORDER BY id DESC`,
      )
      .all(server, model, channel);
  }

  /** Everything ever done, oldest first, for the audit's comparison. */
  all(): DeploymentEvent[] {
    return this.#database
      .prepare<[], DeploymentEvent>(`SELECT ${columns} FROM deployments ORDER BY id`)
      .all();
  }

  /** The last time the server proved by hashing that it holds these bytes. */
  lastProven(server: string, manifestDigest: Digest): Timestamp | null {
    const row = this.#database
      .prepare<[string, string], { at: string | null }>(
        'SELECT MAX(proven_at) AS at FROM deployments WHERE server = ? AND manifest_digest = ?',
      )
      .get(server, manifestDigest);
    return row?.at ?? null;
  }

  /** Releases that were pushed to a server, by digest, for fixity and for what must be kept. */
  pushedTo(server: string): { model: string; version: string; manifestDigest: Digest }[] {
    return this.#database
      .prepare<[string], { model: string; version: string; manifestDigest: string }>(
        `SELECT DISTINCT model, version, manifest_digest AS manifestDigest FROM deployments
         WHERE server = ? AND outcome = 'done' ORDER BY model, version`,
      )
      .all(server);
  }
}
