import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import type { JobResult } from '#shared/contract/jobs.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { digestOf, hexOf } from '#engine/core/digest.ts';
import type { FolderListing } from '#engine/core/folder-port.ts';
import { newId } from '#engine/core/ids.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import { openMediaFolder } from '#engine/media/open-media-folder.ts';
import { writeFileDurably } from '#engine/store/durable.ts';
import { KnownFolder } from '#engine/store/known-folder.ts';
import { type BuiltManifest, buildManifest } from '#engine/store/manifest.ts';
import { parseStatement } from '#engine/trust/statement.ts';
import { verifyFolder } from '#engine/trust/verify-folder.ts';
import type { EngineContext } from '../context.ts';
import { examineImport } from './examine.ts';
import { addFile, copyFiles, ImportCheckpoint, refuseIfTooLarge } from './import-copy.ts';
import { refuseTakenName } from './publish.ts';

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

const PROVENANCE_PATH = 'provenance.intoto.json';
const PROVENANCE_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * Reads a folder or file from a medium once, sequentially, into quarantine while hashing it; checks the copy's signatures
 * and digests; and leaves it there, with the evidence, for a person's decision.
 */
export async function runImport(
  context: EngineContext,
  job: JobContext,
  params: ImportParams,
): Promise<JobResult<'import'>> {
  const source = await openMediaFolder(params.source, context.pool);
  job.progress.phase('reading the contents', 1, 4, null);
  const listing = await source.list();
  refuseUnsafe(listing);
  const provenance = await readProvenance(params.provenance);

  const checkpoint = startOrContinue(context, job, params);
  const { importId } = checkpoint;
  try {
    await refuseIfTooLarge(context, listing, checkpoint);
    const bytes = await copyFiles(context, job, source, listing.files, checkpoint);
    if (provenance !== null) await addProvenance(context, checkpoint, provenance);

    job.progress.phase('checking signatures', 3, 4, null);
    const evidence = await gatherEvidence(context, job, params, listing, checkpoint);
    const manifest = buildManifest(params, context.registry.imports.files(importId));
    refuseTakenName(context, params, manifest.digest);
    await writeFileDurably(
      context.quarantine.pathOf(importId, hexOf(manifest.configDigest)),
      manifest.config,
    );
    const held = {
      importId,
      name: `${params.model}@${params.version}`,
      manifestDigest: manifest.digest,
      files: context.registry.imports.files(importId),
    };
    await examineImport(context, job, held, { index: 4, count: 4 });
    finish(context, params, importId, manifest, evidence);
    return { importId, ...bytes };
  } catch (error) {
    await giveUpUnlessResumable(context, job, params, importId, error);
    throw error;
  }
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

function startOrContinue(context: EngineContext, job: JobContext, params: ImportParams): ImportCheckpoint {
  const earlier = ImportCheckpoint.safeParse(job.checkpoint);
  if (earlier.success && context.registry.imports.get(earlier.data.importId)?.state === 'receiving')
    return earlier.data;
  const checkpoint: ImportCheckpoint = { importId: newId('imp'), copied: {} };
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
  return checkpoint;
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
  });
}

/** Verification sees the quarantined copy, whose digests are known: no byte is read a second time from anywhere. */
async function gatherEvidence(
  context: EngineContext,
  job: JobContext,
  params: ImportParams,
  listing: FolderListing,
  checkpoint: ImportCheckpoint,
): Promise<VerifyReport> {
  const folder = new KnownFolder({
    label: params.label,
    files: listing.files.map((file) => {
      const digests = checkpoint.copied[file.path]?.digests ?? {};
      return {
        path: file.path,
        sizeBytes: file.sizeBytes,
        file: context.quarantine.pathOf(checkpoint.importId, digests['sha256'] ?? ''),
        digests: new Map(Object.entries(digests)),
      };
    }),
    problems: [],
  });
  return verifyFolder(folder, {
    anchors: context.registry.anchors.list(),
    model: params.model,
    at: context.clock.now(),
    signal: job.signal,
  });
}

function finish(
  context: EngineContext,
  params: ImportParams,
  importId: string,
  manifest: BuiltManifest,
  evidence: VerifyReport,
): void {
  const object = `${params.model}@${params.version}`;
  context.govern(
    {
      act: 'import.quarantine',
      object,
      subjects: [{ name: object, digest: manifest.digest }],
      details: { import: importId, source: path.basename(params.label), verdict: evidence.verdict },
    },
    () =>
      context.registry.imports.markQuarantined(importId, {
        manifest: manifest.text,
        manifestDigest: manifest.digest,
        evidence,
      }),
  );
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
