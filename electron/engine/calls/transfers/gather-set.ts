import path from 'node:path';
import { refuseFailed } from '#engine/bundle/refuse.ts';
import { CONTROL_FILE } from '#engine/bundle/names.ts';
import { openSet, type OpenedSet } from '#engine/bundle/open-set.ts';
import { openSetDocument } from '#engine/bundle/set-document.ts';
import type { TransferSet } from '#engine/bundle/set-statement.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { MediaFolder } from '#engine/media/media-folder.ts';
import { MAX_ENVELOPE_BYTES } from '#engine/trust/dsse.ts';
import type { EngineContext } from '../../context.ts';
import { openSetFolders } from './set-folders.ts';
import { trustNow } from '../trust/trust-now.ts';

/** A set, and those that complete it, as far as they are at hand. */
export interface GatheredSet {
  readonly opened: OpenedSet;
  readonly supplements: readonly OpenedSet[];
}

interface Gathering {
  /** The set that is meant; null when the places tell. */
  readonly setId: string | null;
  /** Pass over places where nothing can be read (any more). */
  readonly lenient: boolean;
}

/**
 * Opens what lies at the places: the volumes of one set, of sets that complete it, or of those alone when this site kept the
 * control file of the set itself. Reads control files only. Throws SET-NOT-FOUND, FILE-UNREADABLE.
 */
export async function gatherSet(
  context: EngineContext,
  places: readonly string[],
  { setId, lenient }: Gathering,
): Promise<GatheredSet> {
  const folders = await openFolders(context, places, lenient && setId !== null);
  const seen: { folder: MediaFolder; set: TransferSet | null }[] = [];
  for (const folder of folders) seen.push({ folder, set: await peek(folder) });
  const own = setId ?? seen.find(({ set }) => set?.supplements === null)?.set?.setId;
  const meant = own ?? seen.find(({ set }) => set !== null)?.set?.supplements?.setId ?? null;
  const completing = seen.filter(({ set }) => meant !== null && set?.supplements?.setId === meant);
  const options = trustNow(context);
  const kept = meant === null ? null : context.registry.setControls.get(meant, 'in');
  const main = seen.filter((each) => !completing.includes(each)).map(({ folder }) => folder);
  if (kept === null && main.length === 0) throw onlyCompletes(places, meant);
  const opened = await openSet(main, { ...options, kept });
  const supplements: OpenedSet[] = [];
  for (const id of new Set(completing.map(({ set }) => set?.setId))) {
    const volumes = completing.filter(({ set }) => set?.setId === id).map(({ folder }) => folder);
    supplements.push(await openSet(volumes, options));
  }
  return { opened, supplements };
}

/** A set that completes another must hold up by itself, and may only have stretches of that set's blobs. */
export function refuseBadSupplement(supplement: OpenedSet, set: TransferSet, state: string): void {
  refuseFailed(supplement.checks, state);
  const sizes = new Map(set.blobs.map((blob) => [blob.digest, blob.sizeBytes]));
  const strange = supplement.set?.blobs.find(({ digest, sizeBytes }) => sizes.get(digest) !== sizeBytes);
  if (strange === undefined) return;
  throw new AppError(
    'SET-FOREIGN',
    `The set that is to complete ${set.setId} has a blob that it does not list.`,
    {
      path: strange.digest,
      state,
    },
  );
}

async function openFolders(
  context: EngineContext,
  places: readonly string[],
  lenient: boolean,
): Promise<MediaFolder[]> {
  if (!lenient) return await openSetFolders(context, places);
  const found = new Map<string, MediaFolder>();
  for (const place of places) {
    const folders = await openSetFolders(context, [place]).catch(() => []);
    for (const folder of folders) found.set(folder.root, folder);
  }
  return [...found.values()];
}

async function peek(folder: MediaFolder): Promise<TransferSet | null> {
  const control = await folder.read(CONTROL_FILE, MAX_ENVELOPE_BYTES).catch(() => null);
  return control === null ? null : openSetDocument(control).content;
}

function onlyCompletes(places: readonly string[], setId: string | null): AppError {
  const names = places.map((place) => path.basename(place)).join(', ');
  return new AppError('SET-NOT-FOUND', `What lies in ${names} completes a set that is not here.`, {
    ...(setId === null ? {} : { expected: `a volume of set ${setId}` }),
    next: 'Import that set first, from whatever volumes of it there are.',
  });
}
