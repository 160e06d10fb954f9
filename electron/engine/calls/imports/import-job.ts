import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { JobResult } from '#shared/contract/jobs.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { digestOf, hexOf } from '#engine/core/digest.ts';
import { reach } from '#engine/core/fault-points.ts';
import type { FolderListing } from '#engine/core/folder-port.ts';
import { newId } from '#engine/core/ids.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import { findAgain, mediumOf } from '#engine/media/medium.ts';
import { openSource } from '#engine/media/sources/open-source.ts';
import { writeFileDurably } from '#engine/store/durable.ts';
import { type BuiltManifest, buildManifest } from '#engine/store/manifest.ts';
import { parseStatement } from '#engine/trust/statement.ts';
import type { VerifyOptions } from '#engine/trust/verify-folder.ts';
import type { EngineContext } from '../../context.ts';
import { examineImport } from './examine.ts';
import { describeMedium, fingerprintOf, ImportCheckpoint, refuseOtherSource } from './import-checkpoint.ts';
import { addFile, ImportCopy } from './import-copy.ts';
import { gatherEvidence } from './import-evidence.ts';
import { planImport } from './import-plan.ts';
import { refuseTakenName } from './publish.ts';
import { type Quarantined, quarantineImport } from './quarantine-import.ts';
import { trustNow, underPolicy } from '../trust/trust-now.ts';

/** What an import job is asked to do; kept with the job. */
export const ImportParams = z.object({
  source: z.string(),
  label: z.string(),
  model: z.string(),
  version: z.string(),
  /** File with an in-toto statement that becomes a layer of the release. */
  provenance: z.string().nullable(),
});
export type ImportParams = z.infer<typeof ImportParams>;

/** Where a provenance statement lies in a release; it was not among the files of the medium. */
export const PROVENANCE_PATH = 'provenance.intoto.json';
const PROVENANCE_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * Reads a source from a medium once, sequentially, into quarantine while hashing it; checks the copy's signatures and
 * digests; and leaves it there, with the evidence, for a person's decision. What an earlier run brought is not read again.
 */
export async function runImport(
  context: EngineContext,
  job: JobContext,
  params: ImportParams,
): Promise<JobResult<'import'>> {
  reach('import.begun');
  const finished = finishedRun(context, job);
  if (finished !== null) return finished;
  const earlier = earlierRun(context, job);
  const place = await findPlace(context, params.source, earlier);
  job.progress.phase('reading the contents', 1, 4, null);
  const source = await openSource(place, context);
  const listing = await source.list();
  refuseUnsafe(listing);
  if (earlier !== null) refuseOtherSource(earlier, listing, params.label);
  const provenance = await readProvenance(params.provenance);

  const checkpoint = earlier ?? (await begin(context, job, params, place, listing));
  const { importId } = checkpoint;
  try {
    const trust = trustOf(context, job, params);
    const plan = await planImport(context, source, listing, checkpoint, trust);
    const copy = new ImportCopy({ context, job, source, checkpoint, plan });
    await copy.refuseWithoutRoom();
    const bytes = await copy.run();
    if (provenance !== null) await addProvenance(context, checkpoint, provenance);

    job.progress.phase('checking signatures', 3, 4, null);
    const report = await gatherEvidence(context, { source, listing, checkpoint, trust });
    const evidence = underPolicy(context, report, { model: params.model });
    reach('import.checked');
    const manifest = buildManifest(params, context.registry.imports.files(importId));
    refuseTakenName(context, params, manifest.digest);
    await writeFileDurably(
      context.quarantine.pathOf(importId, hexOf(manifest.configDigest)),
      manifest.config,
    );
    reach('import.config');
    const held = {
      importId,
      name: `${params.model}@${params.version}`,
      manifestDigest: manifest.digest,
      files: context.registry.imports.files(importId),
    };
    const scan = await examineImport(context, job, held, { index: 4, count: 4 });
    finish(context, params, importId, manifest, { evidence, scan });
    reach('import.quarantined');
    return { importId, ...bytes };
  } catch (error) {
    await giveUpUnlessResumable(context, job, params, importId, error);
    throw withWayOn(context, error, job, checkpoint);
  }
}

/** The process may end after the import is on record and before its job is: then nothing is left to do. */
function finishedRun({ registry }: EngineContext, job: JobContext): JobResult<'import'> | null {
  const saved = ImportCheckpoint.safeParse(job.checkpoint);
  if (!saved.success || registry.imports.get(saved.data.importId)?.state !== 'quarantined') return null;
  return { importId: saved.data.importId, bytesCopied: 0, bytesHeld: saved.data.bytes };
}

/** Where this very job got to before, while its import is still open. */
function earlierRun(context: EngineContext, job: JobContext): ImportCheckpoint | null {
  const saved = ImportCheckpoint.safeParse(job.checkpoint);
  const isOpen = saved.success && context.registry.imports.get(saved.data.importId)?.state === 'receiving';
  return isOpen ? saved.data : null;
}

/** The place that was named; when nothing is there any more, the same place on the same medium, wherever that is now. */
async function findPlace(
  { volumes }: EngineContext,
  place: string,
  earlier: ImportCheckpoint | null,
): Promise<string> {
  const isThere = await stat(place).then(
    () => true,
    () => false,
  );
  if (isThere || earlier === null || earlier.medium === null) return place;
  return (await findAgain(earlier.medium, volumes)) ?? place;
}

async function begin(
  context: EngineContext,
  job: JobContext,
  params: ImportParams,
  place: string,
  listing: FolderListing,
): Promise<ImportCheckpoint> {
  const checkpoint: ImportCheckpoint = {
    importId: newId('imp'),
    files: listing.files.length,
    bytes: listing.files.reduce((sum, file) => sum + file.sizeBytes, 0),
    fingerprint: fingerprintOf(listing),
    medium: await mediumOf(place, context.volumes),
    taken: [],
    layers: {},
  };
  job.saveCheckpoint(checkpoint);
  context.registry.imports.insert({
    id: checkpoint.importId,
    model: params.model,
    version: params.version,
    source: params.label,
    startedAt: timestamp(context.clock),
    startedBy: context.session.actor().who,
    transferSet: null,
  });
  context.changed('imports');
  reach('import.row');
  return checkpoint;
}

function trustOf(context: EngineContext, job: JobContext, params: ImportParams): VerifyOptions {
  return { ...trustNow(context), model: params.model, signal: job.signal };
}

/** What cannot be read now may be readable later: says what is kept, which medium is wanted, and how to go on. */
function withWayOn(
  { home, registry }: EngineContext,
  error: unknown,
  job: JobContext,
  { importId, files, bytes, medium }: ImportCheckpoint,
): unknown {
  const known = asAppError(error);
  if (!['MEDIA-GONE', 'FILE-UNREADABLE', 'DISK-FULL'].includes(known.code)) return error;
  const wanted = medium === null ? 'the source' : describeMedium(medium);
  const isOfHome = known.details.path?.startsWith(home.root) === true;
  const attach = `Attach ${wanted} again; --source PATH says where it is when that has changed.`;
  const next =
    known.code === 'DISK-FULL'
      ? (known.details.next ?? 'Free space (gc helps)')
      : isOfHome
        ? 'Check the disk that this home lies on.'
        : attach;
  const done = registry.imports.tally(importId);
  return new AppError(
    known.code,
    known.message,
    {
      ...known.details,
      state: `${done.files} of ${files} files, ${done.bytes} of ${bytes} bytes, are verified and kept in quarantine.`,
      next: `${next} Then: jobs resume ${job.id}`,
    },
    known.cause,
  );
}

function refuseUnsafe({ files, problems }: FolderListing): void {
  const first = problems[0];
  if (first !== undefined) {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    throw new AppError(first.code, `${first.path}: ${first.detail}${more}`, {
      path: first.path,
      items: problems.map((problem) => `${problem.path}: ${problem.detail}`),
      state: 'Nothing was copied.',
      next: 'Remove or rename it on the sending side, and bring the medium again.',
    });
  }
  if (files.length === 0) {
    throw new AppError('SOURCE-EMPTY', 'There is no file to take in here.', { state: 'Nothing was copied.' });
  }
}

async function readProvenance(file: string | null): Promise<Uint8Array | null> {
  if (file === null) return null;
  try {
    const { size } = await stat(file);
    if (size > PROVENANCE_LIMIT_BYTES) {
      throw new AppError('FORMAT-INVALID', 'The provenance statement is over 16 MiB.', { path: file });
    }
    const bytes = await readFile(file);
    parseStatement(bytes);
    return bytes;
  } catch (error) {
    throw asAppError(error, file);
  }
}

async function addProvenance(
  context: EngineContext,
  checkpoint: ImportCheckpoint,
  statement: Uint8Array,
): Promise<void> {
  const { importId } = checkpoint;
  const digest = digestOf(statement);
  await writeFileDurably(context.quarantine.pathOf(importId, hexOf(digest)), statement);
  addFile(context, importId, PROVENANCE_PATH, digest, {
    sizeBytes: statement.length,
    chunks: [hexOf(digest)],
    digests: new Map([['sha256', hexOf(digest)]]),
  });
}

function finish(
  context: EngineContext,
  params: ImportParams,
  importId: string,
  manifest: BuiltManifest,
  { evidence, scan }: Pick<Quarantined, 'evidence' | 'scan'>,
): void {
  const object = `${params.model}@${params.version}`;
  const { text: manifestText, digest: manifestDigest } = manifest;
  const quarantined = { importId, name: object, manifest: manifestText, manifestDigest, evidence, scan };
  const { records, write } = quarantineImport(context, quarantined);
  const subjects = [{ name: object, digest: manifestDigest }, ...records];
  const details = { import: importId, source: path.basename(params.label), verdict: evidence.verdict };
  context.govern({ act: 'import.quarantine', object, subjects, details }, write);
  context.changed('imports', 'audit');
}

/**
 * A cancelled import, or one that the environment stopped, keeps what it copied for a resume. One that was refused for what
 * it is leaves nothing behind but its record.
 */
async function giveUpUnlessResumable(
  context: EngineContext,
  job: JobContext,
  params: ImportParams,
  importId: string,
  error: unknown,
): Promise<void> {
  const refusal = asAppError(error);
  if (job.signal.aborted || !isRefusal(refusal)) return;
  const object = `${params.model}@${params.version}`;
  context.recordRefusal({
    act: 'import.quarantine',
    object,
    reason: refusal.message,
    details: { import: importId },
  });
  context.registry.imports.setState(importId, 'failed', `${refusal.code}: ${refusal.message}`);
  await context.quarantine.discard(importId);
  context.changed('imports', 'audit');
}

function isRefusal(error: AppError): boolean {
  return error.code === 'RELEASE-CONFLICT' || error.code === 'ALREADY-EXISTS';
}
