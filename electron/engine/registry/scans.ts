import { z } from 'zod';
import type { Digest, Timestamp } from '#shared/contract/basics.ts';
import { Finding } from '#shared/contract/scan.ts';
import { digestOf } from '#engine/core/digest.ts';
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

/** A scan of everything that an import holds. */
export interface ImportScanRow {
  readonly importId: string;
  readonly scanner: Digest;
  readonly files: readonly ScannedName[];
  readonly across: readonly AcrossFinding[];
  readonly scannedAt: Timestamp;
}

const ScannedName = z.object({ digest: z.string(), name: z.string() });
type ScannedName = z.infer<typeof ScannedName>;

interface StoredImport {
  import_id: string;
  scanner: string;
  files: string;
  across: string;
  scanned_at: string;
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

  /** Over the row as it is stored, every column; null when there is none. */
  digestOfFile({ digest, name, scanner }: ScanKey): Digest | null {
    const row = this.#database
      .prepare<[string, string, string], unknown[]>(
        'SELECT * FROM file_scans WHERE digest = ? AND name = ? AND scanner = ?',
      )
      .raw()
      .get(digest, name, scanner);
    return row === undefined ? null : digestOf(Buffer.from(JSON.stringify(row)));
  }

  import(importId: string, scanner: Digest): ImportScanRow | null {
    const row = this.#database
      .prepare<[string, string], StoredImport>(
        'SELECT * FROM import_scans WHERE import_id = ? AND scanner = ?',
      )
      .get(importId, scanner);
    return row === undefined ? null : toImport(row);
  }

  /** Every import's, by every scanner. */
  imports(): ImportScanRow[] {
    const statement = this.#database.prepare<[], StoredImport>('SELECT * FROM import_scans');
    return statement.all().map(toImport);
  }

  saveImport({ importId, scanner, files, across, scannedAt }: ImportScanRow): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO import_scans VALUES (?, ?, ?, ?, ?)')
      .run(importId, scanner, JSON.stringify(files), JSON.stringify(across), scannedAt);
  }
}

function toImport(row: StoredImport): ImportScanRow {
  return {
    importId: row.import_id,
    scanner: row.scanner,
    files: z.array(ScannedName).parse(JSON.parse(row.files)),
    across: z.array(AcrossFinding).parse(JSON.parse(row.across)),
    scannedAt: row.scanned_at,
  };
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
