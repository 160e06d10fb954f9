import { stat } from 'node:fs/promises';
import type { Digest } from '#shared/contract/basics.ts';
import { type DigestNeed, digestKey } from '#engine/core/digest-need.ts';
import { digestFromHex } from '#engine/core/digest.ts';
import type { ImportSource, SourceEntry, SourceListing } from '#engine/media/sources/import-source.ts';
import type { SourceLayer } from '#engine/media/sources/layout.ts';
import type { Extent } from '#engine/media/sources/source-tree.ts';
import { findDigestNeeds } from '#engine/trust/digest-needs.ts';
import { findStatedDigests } from '#engine/trust/stated-digests.ts';
import type { VerifyOptions } from '#engine/trust/verify-folder.ts';
import type { EngineContext } from '../../context.ts';
import type { ImportCheckpoint } from './import-checkpoint.ts';

/** A file of the source with what has to be found out about it. */
export interface PlannedFile extends SourceEntry {
  readonly extent: Extent;
  readonly needs: readonly DigestNeed[];
}

/** What is done with each file of a source, decided before a byte of payload is read. */
export interface ImportPlan {
  /** Whole already, from an earlier run. */
  readonly done: readonly PlannedFile[];
  /** Held here under a digest that a signed list or an OCI manifest states: neither read nor copied. */
  readonly taken: readonly PlannedFile[];
  /** Held here under a digest that only an unsigned list or a file's own name states: read and compared, not copied. */
  readonly compared: readonly PlannedFile[];
  /** Read and copied, in the order in which they lie on the medium. */
  readonly copied: readonly PlannedFile[];
  /** Tar layers that are read as a whole, with their files, which are in none of the other lists. */
  readonly layers: readonly { readonly layer: SourceLayer; readonly files: readonly PlannedFile[] }[];
}

/**
 * Decides what has to be read and what has to be copied.
 *
 * A blob that is held costs nothing. Whether its copy on the medium is read all the same depends on who states the digest:
 * the release is defined by digests, so where a signer known here (or the manifest that is the source's identity) states
 * one, the held bytes *are* the release's, whatever the medium has. Where nobody answers for the statement, the medium's
 * bytes are the only evidence there is, and they are read.
 */
export async function planImport(
  context: EngineContext,
  source: ImportSource,
  listing: SourceListing,
  checkpoint: ImportCheckpoint,
  trust: VerifyOptions,
): Promise<ImportPlan> {
  const needs = await findDigestNeeds(source, listing.files);
  const listed = await findStatedDigests(source, listing.files, trust);
  const earlier = context.registry.imports.digests(checkpoint.importId);
  const done: PlannedFile[] = [];
  const taken: PlannedFile[] = [];
  const compared: PlannedFile[] = [];
  const copied: PlannedFile[] = [];
  for (const entry of listing.files) {
    const file = await planFile(source, entry, needs.get(entry.path) ?? []);
    const own = listed.get(entry.path);
    const stated = entry.stated ?? own?.sha256 ?? null;
    const isVouchedFor =
      (source.isContentAddressed && entry.stated !== null) ||
      (own?.isSigned === true && stated === own.sha256);
    const isHeld = stated !== null && (await holds(context, digestFromHex(stated), entry.sizeBytes));
    const statedFile = { ...file, stated };
    if (await isWhole(context, checkpoint.importId, file, earlier.get(entry.path))) done.push(file);
    else if (isHeld && isVouchedFor && needsOnlySha256(file)) taken.push(statedFile);
    else if (isHeld) compared.push(statedFile);
    else copied.push(file);
  }
  const layered = layersOf(source, { done, taken, compared, copied }, checkpoint);
  return { ...layered, copied: [...layered.copied].sort(byPlace) };
}

/** Is a blob in the store, by its row and its file's size? */
export async function holds(
  { registry, blobs }: EngineContext,
  digest: Digest,
  sizeBytes: number,
): Promise<boolean> {
  return registry.blobs.get(digest) !== null && (await blobs.sizeOf(digest)) === sizeBytes;
}

async function planFile(
  source: ImportSource,
  entry: SourceEntry,
  wanted: readonly DigestNeed[],
): Promise<PlannedFile> {
  const needs = new Map<string, DigestNeed>([['sha256', { algorithm: 'sha256' }]]);
  for (const need of wanted) needs.set(digestKey(need), need);
  return { ...entry, extent: await source.extentOf(entry.path), needs: [...needs.values()] };
}

function needsOnlySha256({ needs }: PlannedFile): boolean {
  return needs.length === 1;
}

/** Every digest that is wanted is known, and the bytes are where they should be. */
async function isWhole(
  context: EngineContext,
  importId: string,
  file: PlannedFile,
  known: ReadonlyMap<string, string> | undefined,
): Promise<boolean> {
  const hex = known?.get('sha256');
  const isInside = ({ range }: DigestNeed) => range === undefined || range.end <= file.sizeBytes;
  if (hex === undefined || known === undefined) return false;
  if (!file.needs.filter(isInside).every((need) => known.has(digestKey(need)))) return false;
  const there = await stat(context.quarantine.pathOf(importId, hex)).catch(() => null);
  return there?.size === file.sizeBytes || (await holds(context, digestFromHex(hex), file.sizeBytes));
}

type Lists = Omit<ImportPlan, 'layers'>;

/** A layer's digest covers all of it: unless it was read to its end and all its files are whole, it is read as a whole. */
function layersOf(source: ImportSource, lists: Lists, checkpoint: ImportCheckpoint): ImportPlan {
  const doneBefore = new Set(lists.done.map((file) => file.path));
  const due = source.layers.filter(
    ({ name, paths }) => checkpoint.layers[name] === undefined || paths.some((path) => !doneBefore.has(path)),
  );
  const inDue = new Set(due.flatMap((layer) => layer.paths));
  const all = [...lists.done, ...lists.taken, ...lists.compared, ...lists.copied];
  const byPath = new Map(all.map((file) => [file.path, file]));
  const others = (files: readonly PlannedFile[]) => files.filter((file) => !inDue.has(file.path));
  return {
    done: others(lists.done),
    taken: others(lists.taken),
    compared: others(lists.compared),
    copied: others(lists.copied),
    layers: due.map((layer) => ({ layer, files: layer.paths.flatMap((path) => byPath.get(path) ?? []) })),
  };
}

/** Files inside one archive by where they begin, so that it is read from front to back; others as they are listed. */
function byPlace(a: PlannedFile, b: PlannedFile): number {
  return a.extent.file === b.extent.file ? a.extent.offset - b.extent.offset : 0;
}
