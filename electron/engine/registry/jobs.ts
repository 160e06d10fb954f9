import { Job } from '#shared/contract/jobs.ts';
import type { Database } from './database.ts';

export interface JobRow {
  readonly job: Job;
  /** What the job was asked to do, as JSON; a resume after a crash gets the same. */
  readonly params: unknown;
  /** Where it got to, as JSON; null at the start. */
  readonly checkpoint: unknown;
}

interface Stored {
  snapshot: string;
  params: string;
  checkpoint: string | null;
}

/** Jobs outlive the process: each row has what a resume needs. */
export class JobsRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  insert(job: Job, params: unknown): void {
    this.#database
      .prepare(
        'INSERT INTO jobs (id, kind, title, state, params, snapshot, started_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        job.id,
        job.kind,
        job.title,
        job.state,
        JSON.stringify(params),
        JSON.stringify(job),
        job.startedAt,
      );
  }

  save(job: Job): void {
    this.#database
      .prepare('UPDATE jobs SET state = ?, snapshot = ? WHERE id = ?')
      .run(job.state, JSON.stringify(job), job.id);
  }

  saveParams(id: string, params: unknown): void {
    this.#database.prepare('UPDATE jobs SET params = ? WHERE id = ?').run(JSON.stringify(params), id);
  }

  saveCheckpoint(id: string, checkpoint: unknown): void {
    this.#database.prepare('UPDATE jobs SET checkpoint = ? WHERE id = ?').run(JSON.stringify(checkpoint), id);
  }

  get(id: string): JobRow | null {
    const row = this.#database.prepare<[string], Stored>('SELECT * FROM jobs WHERE id = ?').get(id);
    return row === undefined ? null : toRow(row);
  }

  /** Newest first, at most `limit`. */
  list(limit: number): JobRow[] {
    return this.#database
      .prepare<[number], Stored>('SELECT * FROM jobs ORDER BY started_at DESC, rowid DESC LIMIT ?')
      .all(limit)
      .map(toRow);
  }

  /** Jobs of a kind that are under way, wait, or may be gone on with. */
  listOpen(kind: Job['kind']): JobRow[] {
    return this.#database
      .prepare<[string], Stored>(
        `SELECT * FROM jobs WHERE kind = ? AND state NOT IN ('done', 'cancelled') ORDER BY started_at`,
      )
      .all(kind)
      .map(toRow);
  }

  /** Jobs that a process left in the middle. */
  listUnfinished(): JobRow[] {
    return this.#database
      .prepare<[], Stored>(`SELECT * FROM jobs WHERE state IN ('queued', 'running', 'cancelling')`)
      .all()
      .map(toRow);
  }
}

function toRow(row: Stored): JobRow {
  return {
    job: Job.parse(JSON.parse(row.snapshot)),
    params: JSON.parse(row.params),
    checkpoint: row.checkpoint === null ? null : JSON.parse(row.checkpoint),
  };
}
