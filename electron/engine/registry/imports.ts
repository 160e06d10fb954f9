import type { z } from 'zod';
import type { Digest, Timestamp } from '#shared/contract/basics.ts';
import { type Verdict, VerifyReport } from '#shared/contract/evidence.ts';
import type { ImportState, ReleaseFile } from '#shared/contract/releases.ts';
import { packChunks, unpackChunks } from './chunks.ts';
import type { Database } from './database.ts';

/** A file of an import as it lies in quarantine, named there by the hex digits of its digest. */
export interface ImportFile extends ReleaseFile {
  readonly chunks: readonly string[];
}

export interface ImportRow {
  readonly id: string;
  readonly model: string;
  readonly version: string;
  readonly state: z.infer<typeof ImportState>;
  readonly source: string;
  readonly sizeBytes: number;
  readonly verdict: Verdict;
  readonly startedAt: Timestamp;
  readonly startedBy: string;
  /** The manifest's exact bytes as text; null until every file is there. */
  readonly manifest: string | null;
  readonly manifestDigest: Digest | null;
  readonly evidence: VerifyReport | null;
  readonly reason: string | null;
  /** The transfer set it came in with. */
  readonly transferSet: string | null;
}

interface Stored {
  id: string;
  model: string;
  version: string;
  state: z.infer<typeof ImportState>;
  source: string;
  size_bytes: number;
  verdict: Verdict;
  started_at: string;
  started_by: string;
  manifest: string | null;
  manifest_digest: string | null;
  evidence: string | null;
  reason: string | null;
  transfer_set: string | null;
}

interface StoredFile {
  path: string;
  role: ImportFile['role'];
  media_type: string;
  digest: string;
  size_bytes: number;
  chunks: Buffer;
}

export type NewImport = Pick<
  ImportRow,
  'id' | 'model' | 'version' | 'source' | 'startedAt' | 'startedBy' | 'transferSet'
>;
export type QuarantinedImport = { manifest: string; manifestDigest: Digest; evidence: VerifyReport };

/** Imports: bytes on trial, from the first byte to the decision. */
export class ImportsRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** A new import in state `receiving`, without files. */
  insert(row: NewImport): void {
    this.#database
      .prepare(
        `INSERT INTO imports (id, model, version, state, source, size_bytes, verdict, started_at, started_by, transfer_set)
         VALUES (?, ?, ?, 'receiving', ?, 0, 'not-checked', ?, ?, ?)`,
      )
      .run(row.id, row.model, row.version, row.source, row.startedAt, row.startedBy, row.transferSet);
  }

  /**
   * Adds a file that is in quarantine whole, or already held by the store, with the digests that were computed of it (hex by
   * `digestKey`). Adding the same path again replaces it.
   */
  addFile(id: string, file: ImportFile, digests: ReadonlyMap<string, string> = new Map()): void {
    this.#database
      .prepare(
        `INSERT OR REPLACE INTO import_files (import_id, path, role, media_type, digest, size_bytes, chunks, digests)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        id,
        file.path,
        file.role,
        file.mediaType,
        file.digest,
        file.sizeBytes,
        packChunks(file.chunks),
        JSON.stringify(Object.fromEntries(digests)),
      );
    this.#database
      .prepare(
        'UPDATE imports SET size_bytes = (SELECT COALESCE(SUM(size_bytes), 0) FROM import_files WHERE import_id = imports.id) WHERE id = ?',
      )
      .run(id);
  }

  /** `receiving` -> `quarantined`, with the manifest and what was found out about the bytes. */
  markQuarantined(id: string, result: QuarantinedImport): void {
    this.#database
      .prepare(
        `UPDATE imports SET state = 'quarantined', manifest = ?, manifest_digest = ?, evidence = ?, verdict = ? WHERE id = ?`,
      )
      .run(
        result.manifest,
        result.manifestDigest,
        JSON.stringify(result.evidence),
        result.evidence.verdict,
        id,
      );
  }

  /** What was found out anew about bytes that are in quarantine. */
  setEvidence(id: string, evidence: VerifyReport): void {
    this.#database
      .prepare(`UPDATE imports SET evidence = ?, verdict = ? WHERE id = ? AND state = 'quarantined'`)
      .run(JSON.stringify(evidence), evidence.verdict, id);
  }

  setState(id: string, state: ImportRow['state'], reason: string | null = null): void {
    this.#database
      .prepare('UPDATE imports SET state = ?, reason = COALESCE(?, reason) WHERE id = ?')
      .run(state, reason, id);
  }

  get(id: string): ImportRow | null {
    const row = this.#database.prepare<[string], Stored>('SELECT * FROM imports WHERE id = ?').get(id);
    return row === undefined ? null : toRow(row);
  }

  /** Newest first. */
  list(): ImportRow[] {
    return this.#database
      .prepare<[], Stored>('SELECT * FROM imports ORDER BY started_at DESC, id DESC')
      .all()
      .map(toRow);
  }

  /** The digests computed of each file, by its path. */
  digests(id: string): Map<string, ReadonlyMap<string, string>> {
    const rows = this.#database
      .prepare<[string], { path: string; digests: string }>(
        'SELECT path, digests FROM import_files WHERE import_id = ?',
      )
      .all(id);
    return new Map(
      rows.map((row) => [
        row.path,
        new Map(Object.entries(JSON.parse(row.digests) as Record<string, string>)),
      ]),
    );
  }

  /** Files that are whole, and their bytes. */
  tally(id: string): { files: number; bytes: number } {
    const row = this.#database
      .prepare<[string], { files: number; bytes: number }>(
        'SELECT COUNT(*) AS files, COALESCE(SUM(size_bytes), 0) AS bytes FROM import_files WHERE import_id = ?',
      )
      .get(id);
    return row ?? { files: 0, bytes: 0 };
  }

  countFiles(id: string): number {
    const row = this.#database
      .prepare<[string], { files: number }>('SELECT COUNT(*) AS files FROM import_files WHERE import_id = ?')
      .get(id);
    return row?.files ?? 0;
  }

  files(id: string): ImportFile[] {
    return this.#database
      .prepare<[string], StoredFile>('SELECT * FROM import_files WHERE import_id = ? ORDER BY path')
      .all(id)
      .map((row) => ({
        path: row.path,
        role: row.role,
        mediaType: row.media_type,
        digest: row.digest,
        sizeBytes: row.size_bytes,
        chunks: unpackChunks(row.chunks),
      }));
  }
}

function toRow(row: Stored): ImportRow {
  return {
    id: row.id,
    model: row.model,
    version: row.version,
    state: row.state,
    source: row.source,
    sizeBytes: row.size_bytes,
    verdict: row.verdict,
    startedAt: row.started_at,
    startedBy: row.started_by,
    manifest: row.manifest,
    manifestDigest: row.manifest_digest,
    evidence: row.evidence === null ? null : VerifyReport.parse(JSON.parse(row.evidence)),
    reason: row.reason,
    transferSet: row.transfer_set,
  };
}
