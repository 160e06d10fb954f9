import { z } from 'zod';
import type { Digest, Timestamp } from '#shared/contract/basics.ts';
import { Finding, ScanVerdict } from '#shared/contract/scan.ts';
import type { Fact } from '#engine/scan/facts.ts';
import type { Database } from './database.ts';

/** Which findings: of these bytes, under this name, by these rules. */
export interface ScanKey {
  readonly digest: Digest;
  /** Path in the release: texts are told apart by their names. */
  readonly name: string;
  /** Digest of the scanner's rules. */
  readonly scanner: Digest;
}

export interface FileScanRow extends ScanKey {
  readonly format: string;
  readonly sizeBytes: number;
  readonly bytesRead: number;
  readonly findings: readonly Finding[];
  readonly scannedAt: Timestamp;
}

/** A finding about several files of an import. */
export const AcrossFinding = Finding.extend({ path: z.string() });
export type AcrossFinding = z.infer<typeof AcrossFinding>;

export interface ImportScanRow {
  readonly across: readonly AcrossFinding[];
  readonly scannedAt: Timestamp;
}

interface StoredFile {
  digest: string;
  name: string;
  scanner: string;
  format: string;
  size_bytes: number;
  bytes_read: number;
  findings: string;
  scanned_at: string;
}

/** What the scan found, by digest: looked up instead of computed again. */
export class ScansRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  file({ digest, name, scanner }: ScanKey): FileScanRow | null {
    const row = this.#database
      .prepare<[string, string, string], StoredFile>(
        'SELECT digest, name, scanner, format, size_bytes, bytes_read, findings, scanned_at FROM file_scans WHERE digest = ? AND name = ? AND scanner = ?',
      )
      .get(digest, name, scanner);
    return row === undefined ? null : toRow(row);
  }

  /** What the scanner learnt about the file, for comparing it with others; empty when it was not scanned. */
  facts({ digest, name, scanner }: ScanKey): Fact[] {
    const row = this.#database
      .prepare<[string, string, string], { facts: string }>(
        'SELECT facts FROM file_scans WHERE digest = ? AND name = ? AND scanner = ?',
      )
      .get(digest, name, scanner);
    return row === undefined ? [] : (JSON.parse(row.facts) as Fact[]);
  }

  saveFile(row: FileScanRow, facts: readonly Fact[]): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO file_scans VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        row.digest,
        row.name,
        row.scanner,
        row.format,
        row.sizeBytes,
        row.bytesRead,
        JSON.stringify(row.findings),
        JSON.stringify(facts),
        row.scannedAt,
      );
  }

  import(importId: string, scanner: Digest): ImportScanRow | null {
    const row = this.#database
      .prepare<[string, string], { across: string; scanned_at: string }>(
        'SELECT across, scanned_at FROM import_scans WHERE import_id = ? AND scanner = ?',
      )
      .get(importId, scanner);
    if (row === undefined) return null;
    return { across: z.array(AcrossFinding).parse(JSON.parse(row.across)), scannedAt: row.scanned_at };
  }

  saveImport(importId: string, scanner: Digest, row: ImportScanRow): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO import_scans VALUES (?, ?, ?, ?)')
      .run(importId, scanner, JSON.stringify(row.across), row.scannedAt);
  }

  verdict({ digest, name, scanner }: ScanKey, policy: Digest): ScanVerdict | null {
    const row = this.#database
      .prepare<[string, string, string, string], { verdict: string }>(
        'SELECT verdict FROM verdicts WHERE digest = ? AND name = ? AND scanner = ? AND policy = ?',
      )
      .get(digest, name, scanner, policy);
    return row === undefined ? null : ScanVerdict.parse(row.verdict);
  }

  saveVerdict({ digest, name, scanner }: ScanKey, policy: Digest, verdict: ScanVerdict): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?)')
      .run(digest, name, scanner, policy, verdict);
  }
}

function toRow(row: StoredFile): FileScanRow {
  return {
    digest: row.digest,
    name: row.name,
    scanner: row.scanner,
    format: row.format,
    sizeBytes: row.size_bytes,
    bytesRead: row.bytes_read,
    findings: z.array(Finding).parse(JSON.parse(row.findings)),
    scannedAt: row.scanned_at,
  };
}
