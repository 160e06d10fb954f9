import { rename, rm, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { Digest } from '#shared/contract/basics.ts';
import { AppError } from '#engine/core/app-error.ts';
import { digestFromHex, hexOf } from '#engine/core/digest.ts';
import type { FileEntry, FolderListing } from '#engine/core/folder-port.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import type { MediaFolder } from '#engine/media/media-folder.ts';
import { freeBytes } from '#engine/store/durable.ts';
import { roleOfPath } from '#engine/store/file-role.ts';
import { mediaTypeOf } from '#engine/store/manifest.ts';
import { findDigestNeeds } from '#engine/trust/digest-needs.ts';
import type { EngineContext } from '../context.ts';
import { keepObservedTensors } from './observed-tensors.ts';

/** Where an import got to: its id, and the digests of the files that are whole in quarantine. */
export const ImportCheckpoint = z.object({
  importId: z.string(),
  copied: z.record(
    z.string(),
    z.object({ digests: z.record(z.string(), z.string()), chunks: z.array(z.string()) }),
  ),
});
export type ImportCheckpoint = z.infer<typeof ImportCheckpoint>;

/** Space for every byte that is not copied yet, before the first one is. */
export async function refuseIfTooLarge(
  context: EngineContext,
  listing: FolderListing,
  checkpoint: ImportCheckpoint,
): Promise<void> {
  const left = listing.files.filter((file) => checkpoint.copied[file.path] === undefined);
  const needed = left.reduce((sum, file) => sum + file.sizeBytes, 0);
  const free = await freeBytes(context.home.quarantine);
  if (needed <= free) return;
  throw new AppError(
    'DISK-FULL',
    `The import needs ${needed} bytes, and ${free} bytes are free in this home.`,
    {
      expected: `${needed} bytes free`,
      found: `${free} bytes free`,
      path: context.home.quarantine,
      state: 'Nothing was copied.',
      next: `Free at least ${needed - free} bytes (gc helps), then resume the job.`,
    },
  );
}

/**
 * Copies every file that is not in quarantine yet, one after the other, each read once; keeps the checkpoint after each. Says
 * how many bytes were copied and how many were there already.
 */
export async function copyFiles(
  context: EngineContext,
  job: JobContext,
  source: MediaFolder,
  files: readonly FileEntry[],
  checkpoint: ImportCheckpoint,
): Promise<{ bytesCopied: number; bytesHeld: number }> {
  const { importId } = checkpoint;
  await context.quarantine.create(importId);
  const total = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const needs = await findDigestNeeds(source, files);
  job.progress.phase('copying and hashing', 2, 4, total);
  const sum = { bytesCopied: 0, bytesHeld: 0 };
  for (const file of files) {
    job.signal.throwIfAborted();
    job.progress.current(file.path);
    if (await isCopied(context, checkpoint, file)) {
      job.progress.advance(file.sizeBytes);
      sum.bytesHeld += file.sizeBytes;
      continue;
    }
    const wanted = needs.get(file.path) ?? [];
    const incoming = context.quarantine.pathOf(importId, 'incoming');
    await rm(incoming, { force: true }); // what a crash left of this very file
    const copied = await context.pool.copyFile({
      source: await source.resolve(file.path),
      target: incoming,
      algorithms: ['sha256'],
      needs: wanted,
      observe: true,
      signal: job.signal,
      onBytes: (bytes) => job.progress.advance(bytes),
    });
    const digest = digestFromHex(copied.digests.get('sha256') ?? '');
    await rename(incoming, context.quarantine.pathOf(importId, hexOf(digest)));
    keepObservedTensors(context, digest, copied.observed);
    checkpoint.copied[file.path] = { digests: Object.fromEntries(copied.digests), chunks: copied.chunks };
    addFile(context, importId, file.path, digest, copied);
    job.saveCheckpoint(checkpoint);
    sum.bytesCopied += copied.sizeBytes;
  }
  return sum;
}

async function isCopied(
  context: EngineContext,
  checkpoint: ImportCheckpoint,
  file: FileEntry,
): Promise<boolean> {
  const digest = checkpoint.copied[file.path]?.digests['sha256'];
  if (digest === undefined) return false;
  const there = await stat(context.quarantine.pathOf(checkpoint.importId, digest)).catch(() => null);
  return there?.size === file.sizeBytes;
}

/** Puts a file that is whole in quarantine on the import's list. */
export function addFile(
  context: EngineContext,
  importId: string,
  filePath: string,
  digest: Digest,
  file: { sizeBytes: number; chunks: readonly string[] },
): void {
  const role = roleOfPath(filePath);
  context.registry.imports.addFile(importId, {
    path: filePath,
    role,
    mediaType: mediaTypeOf(role),
    digest,
    sizeBytes: file.sizeBytes,
    chunks: file.chunks,
  });
}
