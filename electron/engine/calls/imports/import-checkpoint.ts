import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { JobLeft } from '#shared/contract/jobs.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { FolderListing } from '#engine/core/folder-port.ts';
import type { ImportsRepository } from '#engine/registry/imports.ts';

/** Where an import got to, beside its row and the list of its files: what it reads from, so that the same is read on. */
export const ImportCheckpoint = z.object({
  importId: z.string(),
  /** What the source holds. */
  files: z.number().int(),
  bytes: z.number().int(),
  /** Of the listing: paths and sizes. */
  fingerprint: z.string(),
  /** What the source lies on; null for what does not come and go. */
  medium: z.object({ label: z.string(), serial: z.string().nullable(), path: z.string() }).nullable(),
  /** Paths of files that were not read, because their bytes are held and somebody answers for their digest. */
  taken: z.array(z.string()),
  /** SHA-256 (hex) of the tar layers that were read to their end, by name. */
  layers: z.record(z.string(), z.string()),
});
export type ImportCheckpoint = z.infer<typeof ImportCheckpoint>;

/** One value for what a listing shows: another medium with the same content has the same. */
export function fingerprintOf({ files }: FolderListing): string {
  const hash = createHash('sha256');
  for (const { path, sizeBytes } of files) hash.update(`${path}\0${sizeBytes}\0`);
  return hash.digest('hex');
}

/** Throws FILE-CHANGED when the source does not show what it showed when the import began. */
export function refuseOtherSource(checkpoint: ImportCheckpoint, listing: FolderListing, label: string): void {
  const bytes = listing.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (fingerprintOf(listing) === checkpoint.fingerprint) return;
  const on = checkpoint.medium === null ? '' : ` on ${describeMedium(checkpoint.medium)}`;
  throw new AppError('FILE-CHANGED', `${label} is not what this import began with.`, {
    expected: `${checkpoint.files} files, ${checkpoint.bytes} bytes${on}`,
    found: `${listing.files.length} files, ${bytes} bytes`,
    state: 'What was copied stays in quarantine.',
    next: 'Resume with the place where the same files are (--source PATH), or reject the import and begin anew.',
  });
}

/** What is still to be read; null before anything was listed. */
export function importLeft(imports: ImportsRepository, checkpoint: unknown): JobLeft | null {
  const parsed = ImportCheckpoint.safeParse(checkpoint);
  if (!parsed.success) return null;
  const { importId, files, bytes } = parsed.data;
  const row = imports.get(importId);
  if (row === null) return null;
  const done = imports.tally(importId);
  return { files: Math.max(0, files - done.files), bytes: Math.max(0, bytes - done.bytes) };
}

/** `RESEARCH-07 (serial 4C53…)`, as a person looks for it. */
export function describeMedium({ label, serial }: NonNullable<ImportCheckpoint['medium']>): string {
  return serial === null ? label : `${label} (serial ${serial})`;
}
