import type { Check, VerifyReport } from '#shared/contract/evidence.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { digestFromHex } from '#engine/core/digest.ts';
import type { ImportSource, SourceListing } from '#engine/media/sources/import-source.ts';
import { KnownFolder } from '#engine/store/known-folder.ts';
import { judge } from '#engine/trust/judge.ts';
import { verifyFolder, type VerifyOptions } from '#engine/trust/verify-folder.ts';
import type { EngineContext } from '../../context.ts';
import { findHeld, placeOf } from '../scan/held.ts';
import type { ImportCheckpoint } from './import-checkpoint.ts';

interface Copied {
  readonly source: ImportSource;
  readonly listing: SourceListing;
  readonly checkpoint: ImportCheckpoint;
  readonly trust: VerifyOptions;
}

/**
 * Verification sees the copy, whose digests are known: no byte is read a second time from anywhere. What the source's own
 * layout states is compared too, and what was not read is said.
 */
export async function gatherEvidence(
  context: EngineContext,
  { source, listing, checkpoint, trust }: Copied,
): Promise<VerifyReport> {
  const held = findHeld(context, { import: checkpoint.importId });
  const digests = context.registry.imports.digests(checkpoint.importId);
  const places = new Map(held.files.map((file) => [file.path, placeOf(context, held, file)]));
  const files = listing.files.map(({ path, sizeBytes }) => ({
    path,
    sizeBytes,
    file: places.get(path) ?? '',
    digests: digests.get(path) ?? new Map<string, string>(),
  }));
  const notes = [...source.notes].map(([path, bytes]) => ({
    path,
    sizeBytes: bytes.length,
    file: bytes,
    digests: new Map<string, string>(),
  }));
  const folder = new KnownFolder({ label: source.label, files: [...files, ...notes], problems: [] });
  const report = await verifyFolder(folder, trust);
  const checks = [
    ...source.facts,
    // What a downloader noted is checked with the notes themselves.
    ...(source.notes.size > 0 ? [] : checkStated(listing, digests)),
    ...checkLayers(source, checkpoint),
    ...sayTaken(listing, checkpoint),
    ...report.checks,
  ];
  return { ...report, checks, verdict: judge(checks) };
}

/** The digests in the source's own names and manifests against the bytes. */
function checkStated(
  { files }: SourceListing,
  digests: ReadonlyMap<string, ReadonlyMap<string, string>>,
): Check[] {
  const stated = files.flatMap(({ path, stated: hex }) => (hex === null ? [] : [{ path, hex }]));
  const wrong = stated.filter(({ path, hex }) => digests.get(path)?.get('sha256') !== hex);
  const failures = wrong.map(({ path, hex }): Check => ({
    id: 'source.digest',
    status: 'failed',
    code: 'DIGEST-MISMATCH',
    path,
    expected: digestFromHex(hex),
    found: digestFromHex(digests.get(path)?.get('sha256') ?? ''),
    detail: 'The bytes are not those that the source itself names.',
  }));
  if (stated.length === 0 || failures.length > 0) return failures;
  const detail = `${formatNoun(stated.length, 'file')} with the SHA-256 that the source itself names.`;
  return [{ id: 'source.digest', status: 'verified', detail }];
}

function checkLayers({ layers }: ImportSource, checkpoint: ImportCheckpoint): Check[] {
  return layers.map(({ name, sha256 }): Check => {
    const found = checkpoint.layers[name] ?? '';
    const base = { id: 'source.digest', path: name };
    if (found === sha256)
      return { ...base, status: 'verified', detail: 'The layer has the digest that the manifest lists.' };
    return {
      ...base,
      status: 'failed',
      code: 'DIGEST-MISMATCH',
      expected: digestFromHex(sha256),
      found: digestFromHex(found),
      detail: 'The layer is not the one that the manifest lists.',
    };
  });
}

/** Held bytes need no second copy; that nobody looked at the medium's own is said all the same. */
function sayTaken({ files }: SourceListing, checkpoint: ImportCheckpoint): Check[] {
  const paths = new Set(checkpoint.taken);
  const taken = files.filter((file) => paths.has(file.path));
  if (taken.length === 0) return [];
  const bytes = taken.reduce((sum, file) => sum + file.sizeBytes, 0);
  const found = `${formatNoun(taken.length, 'file')}, ${bytes} bytes`;
  const detail =
    'Held here already under the digest that was stated; the medium’s own copies of them were not read.';
  return [{ id: 'source.held', status: 'verified', found, detail }];
}
