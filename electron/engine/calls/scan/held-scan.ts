import type { Policy } from '#shared/contract/policy.ts';
import type { ScanReport } from '#shared/contract/scan.ts';
import { scanSubject, type Subject } from '#engine/audit/records.ts';
import { timestamp } from '#engine/core/clock.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import { judgeScan } from '#engine/policy/judge-scan.ts';
import type { ActiveWaiver } from '#engine/policy/waives.ts';
import type { FileScanRow, ImportScanRow, ScanKey } from '#engine/registry/scans.ts';
import { scanAcross } from '#engine/scan/across/across.ts';
import type { AcrossFinding } from '#engine/scan/across/folder-view.ts';
import type { ScannedFile } from '#engine/scan/scan-file.ts';
import { scannerDigest } from '#engine/scan/scanner-digest.ts';
import type { EngineContext } from '../../context.ts';
import { type Held, type HeldFile, placeOf } from './held.ts';
import { currentPolicy } from './current-policy.ts';
import { type FileToScan, scanFiles } from './scan-files.ts';
import { activeWaivers } from './waivers.ts';

/** A scan that is to go on record: `write` runs inside the governed act that vouches for `record`. */
export interface ScanToRecord {
  readonly record: Subject;
  readonly write: () => void;
}

/**
 * Scans what is held as far as this scanner has not done so for the same bytes under the same name, and keeps what it found in
 * each file; it counts once the act that the answer is for is on record. The job's phase is begun here, as `index` of `count`.
 */
export async function scanHeld(
  context: EngineContext,
  job: Pick<JobContext, 'signal' | 'progress'>,
  held: Held,
  phase: { index: number; count: number },
): Promise<ScanToRecord> {
  const { scans } = context.registry;
  const due = held.files.filter((file) => scans.file(keyOf(file)) === null);
  const total = due.reduce((sum, file) => sum + file.sizeBytes, 0);
  job.progress.phase('scanning', phase.index, phase.count, total);
  const toScan = due.map((file): FileToScan => {
    const isMeasured = context.registry.tensors.count(file.digest) > 0;
    const extent = isMeasured ? 'structure' : 'all';
    const place = placeOf(context, held, file);
    return { path: file.path, file: place, sizeBytes: file.sizeBytes, extent, entry: [] };
  });
  // Kept one by one: what was scanned before a cancel or a crash is not scanned again.
  await scanFiles(context.scanPool, job, toScan, (found, n) => {
    const file = due[n];
    if (file === undefined) return;
    context.registry.transaction(() => saveFile(context, file, withTensors(context, file, found)));
  });
  const row: ImportScanRow = {
    importId: held.importId,
    scanner: scannerDigest,
    files: held.files.map(({ digest, path }) => ({ digest, name: path })),
    across: acrossHeld(context, held),
    scannedAt: timestamp(context.clock),
  };
  return { record: scanSubject(context.registry, row), write: () => scans.saveImport(row) };
}

/** Scans what lies here unless this scanner has seen all of it; a scan is an act of its own, on record. */
export async function scanIfDue(
  context: EngineContext,
  job: Pick<JobContext, 'signal' | 'progress'>,
  held: Held,
  phase: { index: number; count: number },
): Promise<void> {
  if (isScanned(context, held)) return;
  const { record, write } = await scanHeld(context, job, held, phase);
  const named = held.manifestDigest === null ? [] : [{ name: held.name, digest: held.manifestDigest }];
  context.govern(
    {
      act: 'import.scan',
      object: held.name,
      subjects: [...named, record],
      details: { import: held.importId, scanner: scannerDigest },
    },
    write,
  );
  context.changed('imports', 'releases', 'audit');
}

/** Has this scanner seen all of it, on record? */
export function isScanned({ registry: { scans } }: EngineContext, held: Held): boolean {
  return (
    scans.import(held.importId, scannerDigest) !== null &&
    held.files.every((file) => scans.file(keyOf(file)) !== null)
  );
}

/** What is wrong with the files together, from what is stored about each. */
function acrossHeld({ registry: { scans } }: EngineContext, { files }: Held): AcrossFinding[] {
  return scanAcross(
    files.flatMap((file) => {
      const row = scans.file(keyOf(file));
      return row === null ? [] : [{ ...row, path: row.name, facts: scans.facts(keyOf(file)) }];
    }),
  );
}

/**
 * The tensors of a file with what the copy's pass measured, or the scan itself. Where the copy read and hashed every byte and
 * measured exactly the tensors that the header names, the scan does not read them again: nothing was left out.
 */
function withTensors({ registry }: EngineContext, { digest }: HeldFile, found: ScannedFile): ScannedFile {
  const named = found.facts.flatMap((fact) => (fact.kind === 'tensor' ? [fact.tensor] : []));
  const measured = found.facts.flatMap((fact) => (fact.kind === 'measured-tensor' ? [fact.tensor] : []));
  const facts = found.facts.filter(({ kind }) => kind !== 'measured-tensor');
  if (measured.length > 0) registry.tensors.save(digest, measured);
  const known = new Set(registry.tensors.list(digest).map(({ name, offset }) => `${offset} ${name}`));
  const isComplete =
    known.size > 0 &&
    known.size === named.length &&
    named.every(({ name, offset }) => known.has(`${offset} ${name}`));
  if (!isComplete || found.bytesRead === found.sizeBytes) return { ...found, facts };
  const findings = found.findings.filter(({ rule }) => rule !== 'file.not-read');
  return { ...found, facts, findings, bytesRead: found.sizeBytes };
}

function saveFile(context: EngineContext, file: HeldFile, { facts, ...found }: ScannedFile): void {
  const row: FileScanRow = {
    ...keyOf(file),
    format: found.format,
    sizeBytes: found.sizeBytes,
    bytesRead: found.bytesRead,
    findings: found.findings,
    scannedAt: timestamp(context.clock),
  };
  context.registry.scans.saveFile(row, facts);
}

/** What a judgement rests on beside the findings. */
export interface JudgeNow {
  readonly policy: Policy;
  readonly waivers: readonly ActiveWaiver[];
}

/** The policy and the waivers as they are now. */
export function judgeNow(context: EngineContext): JudgeNow {
  return { policy: currentPolicy(context), waivers: activeWaivers(context) };
}

/** The scan of what is held, judged; null when this scanner has not seen all of it. Reads no file. */
export function judgeHeld(context: EngineContext, held: Held, by: JudgeNow): ScanReport | null {
  const { scans } = context.registry;
  const together = scans.import(held.importId, scannerDigest);
  if (together === null) return null;
  const rows = held.files.map((file) => scans.file(keyOf(file)));
  if (!rows.every((row) => row !== null)) return null;
  return judgeScan(
    {
      files: rows.map(({ name, ...row }) => ({ ...row, path: name })),
      across: together.across,
      extent: 'all',
      scanner: scannerDigest,
      scannedAt: together.scannedAt,
    },
    { ...by, manifestDigest: held.manifestDigest },
  );
}

function keyOf({ digest, path }: HeldFile): ScanKey {
  return { digest, name: path, scanner: scannerDigest };
}
