import type { z } from 'zod';
import type { Digest, Timestamp } from '#shared/contract/basics.ts';
import { type Verdict, VerifyReport } from '#shared/contract/evidence.ts';
import type { ReleaseFile, ReleaseState } from '#shared/contract/releases.ts';
import type { Database } from './database.ts';

export interface ReleaseRow {
  readonly id: number;
  readonly model: string;
  readonly version: string;
  readonly manifestDigest: Digest;
  /** The manifest's exact bytes as text. */
  readonly manifest: string;
  /** From the newest lifecycle row; `published` when there is none. */
  readonly state: z.infer<typeof ReleaseState>;
  readonly sizeBytes: number;
  readonly fileCount: number;
  /** Of the newest verification. */
  readonly verdict: Verdict;
  /** As it was when the release was published. */
  readonly evidence: VerifyReport;
  readonly source: string;
  readonly importId: string;
  readonly publishedAt: Timestamp;
  readonly publishedBy: string;
}

export type NewRelease = Omit<ReleaseRow, 'id' | 'state' | 'fileCount' | 'verdict'> & {
  files: readonly ReleaseFile[];
};

export interface LifecycleRow {
  readonly state: 'deprecated' | 'revoked';
  readonly at: Timestamp;
  readonly by: string;
  readonly reason: string;
  readonly successor: string | null;
  readonly effectiveAt: Timestamp | null;
}

/** A release that was verified again. */
export interface ReleaseVerificationRow {
  readonly at: Timestamp;
  readonly by: string;
  readonly verdict: Verdict;
  readonly report: VerifyReport;
}

interface Stored {
  id: number;
  model: string;
  version: string;
  manifest_digest: string;
  manifest: string;
  state: z.infer<typeof ReleaseState>;
  size_bytes: number;
  file_count: number;
  verdict: Verdict;
  last_verdict: Verdict | null;
  evidence: string;
  source: string;
  import_id: string;
  published_at: string;
  published_by: string;
}

interface StoredFile {
  path: string;
  role: ReleaseFile['role'];
  media_type: string;
  digest: string;
  size_bytes: number;
}

const selectRelease = `
  SELECT releases.*,
    (SELECT COUNT(*) FROM release_files WHERE release_id = releases.id) AS file_count,
    (SELECT verdict FROM release_verifications WHERE release_id = releases.id ORDER BY id DESC LIMIT 1) AS last_verdict,
    COALESCE((SELECT state FROM release_lifecycle WHERE release_id = releases.id ORDER BY id DESC LIMIT 1), 'published') AS state
  FROM releases`;

/** Immutable releases. The table's triggers refuse every change of a published row. */
export class ReleasesRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Adds a release with its files and returns its id. The caller has made sure that model and version are free. */
  insert(release: NewRelease): number {
    const { lastInsertRowid } = this.#database
      .prepare(
        `INSERT INTO releases (model, version, manifest_digest, manifest, size_bytes, verdict, evidence, source, import_id,
           published_at, published_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        release.model,
        release.version,
        release.manifestDigest,
        release.manifest,
        release.sizeBytes,
        release.evidence.verdict,
        JSON.stringify(release.evidence),
        release.source,
        release.importId,
        release.publishedAt,
        release.publishedBy,
      );
    const id = Number(lastInsertRowid);
    const addFile = this.#database.prepare('INSERT INTO release_files VALUES (?, ?, ?, ?, ?, ?)');
    for (const file of release.files) {
      addFile.run(id, file.path, file.role, file.mediaType, file.digest, file.sizeBytes);
    }
    return id;
  }

  get(model: string, version: string): ReleaseRow | null {
    const row = this.#database
      .prepare<[string, string], Stored>(`${selectRelease} WHERE model = ? AND version = ?`)
      .get(model, version);
    return row === undefined ? null : toRow(row);
  }

  getByDigest(manifestDigest: Digest): ReleaseRow | null {
    const row = this.#database
      .prepare<[string], Stored>(`${selectRelease} WHERE manifest_digest = ?`)
      .get(manifestDigest);
    return row === undefined ? null : toRow(row);
  }

  /** In order of publication. */
  list(model?: string): ReleaseRow[] {
    const rows =
      model === undefined
        ? this.#database.prepare<[], Stored>(`${selectRelease} ORDER BY id`).all()
        : this.#database.prepare<[string], Stored>(`${selectRelease} WHERE model = ? ORDER BY id`).all(model);
    return rows.map(toRow);
  }

  files(releaseId: number): ReleaseFile[] {
    return this.#database
      .prepare<[number], StoredFile>('SELECT * FROM release_files WHERE release_id = ? ORDER BY path')
      .all(releaseId)
      .map((row) => ({
        path: row.path,
        role: row.role,
        mediaType: row.media_type,
        digest: row.digest,
        sizeBytes: row.size_bytes,
      }));
  }

  /** Releases that are this manifest, or hold a file with this digest. */
  holding(digest: Digest): ReleaseRow[] {
    return this.#database
      .prepare<[string, string], Stored>(
        `${selectRelease} WHERE manifest_digest = ? OR releases.id IN (SELECT release_id FROM release_files WHERE digest = ?)
         ORDER BY model, releases.id`,
      )
      .all(digest, digest)
      .map(toRow);
  }

  addLifecycle(releaseId: number, row: LifecycleRow): void {
    this.#database
      .prepare(
        'INSERT INTO release_lifecycle (release_id, state, at, by, reason, successor, effective_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(releaseId, row.state, row.at, row.by, row.reason, row.successor, row.effectiveAt);
  }

  addVerification(releaseId: number, { at, by, verdict, report }: ReleaseVerificationRow): void {
    this.#database
      .prepare(
        'INSERT INTO release_verifications (release_id, at, by, verdict, report) VALUES (?, ?, ?, ?, ?)',
      )
      .run(releaseId, at, by, verdict, JSON.stringify(report));
  }

  /** Every time it was verified again, oldest first. */
  verifications(releaseId: number): ReleaseVerificationRow[] {
    return this.#database
      .prepare<[number], Omit<ReleaseVerificationRow, 'report'> & { report: string }>(
        'SELECT at, by, verdict, report FROM release_verifications WHERE release_id = ? ORDER BY id',
      )
      .all(releaseId)
      .map((row) => ({ ...row, report: VerifyReport.parse(JSON.parse(row.report)) }));
  }

  /** Oldest first. */
  lifecycle(releaseId: number): LifecycleRow[] {
    return this.#database
      .prepare<[number], LifecycleRow>(
        `SELECT state, at, by, reason, successor, effective_at AS effectiveAt FROM release_lifecycle
         WHERE release_id = ? ORDER BY id`,
      )
      .all(releaseId);
  }
}

function toRow(row: Stored): ReleaseRow {
  return {
    id: row.id,
    model: row.model,
    version: row.version,
    manifestDigest: row.manifest_digest,
    manifest: row.manifest,
    state: row.state,
    sizeBytes: row.size_bytes,
    fileCount: row.file_count,
    verdict: row.last_verdict ?? row.verdict,
    evidence: VerifyReport.parse(JSON.parse(row.evidence)),
    source: row.source,
    importId: row.import_id,
    publishedAt: row.published_at,
    publishedBy: row.published_by,
  };
}
