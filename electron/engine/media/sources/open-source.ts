import { lstat, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { asAppError } from '#engine/core/app-error.ts';
import { subjectOf } from '#engine/trust/signature-names.ts';
import { KeptReads } from '../kept-reads.ts';
import { MediaFolder, type MediaTools } from '../media-folder.ts';
import { openMediaFolder } from '../open-media-folder.ts';
import {
  isLocalDownload,
  isModelCache,
  localDownloadLayout,
  modelCacheLayout,
  modelOfFolder,
} from './hugging-face-layout.ts';
import { type ImportSource, LaidOutSource, type SourceTools } from './import-source.ts';
import type { Layout } from './layout.ts';
import { isOciLayout, ociLayout } from './oci-layout.ts';
import { plainLayout } from './plain-layout.ts';
import { type SourceTree, SubTree, type TreeListing } from './source-tree.ts';
import { looksLikeTar, TarTree } from './tar-tree.ts';

/**
 * What a person named, as a source to import from: a folder, a file, or a tar, in whichever layout it is. Reads listings and
 * small files that describe the layout, no payload. Throws FILE-UNREADABLE, FILE-NOT-REGULAR; what is wrong inside is a
 * problem of the source's listing.
 */
export async function openSource(place: string, { pool, devices }: MediaTools): Promise<ImportSource> {
  const tools: SourceTools = { pool, devices, kept: new KeptReads(devices) };
  try {
    const real = await realpath(place);
    const label = path.basename(place) || real;
    const layout =
      (await snapshotLayout(real, tools)) ?? (await layoutOf(await openTree(real, label, tools), tools));
    return new LaidOutSource(label, layout, tools);
  } catch (error) {
    throw asAppError(error, place);
  }
}

/** A snapshot's own folder in a model's cache was named: the links in it lead out of it, into the cache's blobs. */
async function snapshotLayout(real: string, tools: SourceTools): Promise<Layout | null> {
  const snapshots = path.dirname(real);
  const cache = path.dirname(snapshots);
  const model = modelOfFolder(path.basename(cache));
  if (model === null || path.basename(snapshots) !== 'snapshots') return null;
  if (!(await lstat(real)).isDirectory()) return null;
  const tree = new MediaFolder(cache, tools);
  return await modelCacheLayout(tree, await tree.tree(), model, path.basename(real));
}

async function openTree(real: string, label: string, tools: SourceTools): Promise<SourceTree> {
  const facts = await lstat(real);
  const isTar = facts.isFile() && /\.tar$/i.test(real) && (await looksLikeTar(real, tools.kept));
  // With a signature beside it, a tar is taken in as the one file that was signed: who opens it cannot check that.
  if (!isTar || (await hasSignatureBeside(real))) return await openMediaFolder(real, tools);
  const tar = new TarTree({ file: real, offset: 0 }, facts.size, tools.kept, label);
  const { files, links, problems } = await tar.tree();
  const tops = new Set([...files, ...links, ...problems].map((entry) => entry.path.split('/')[0] ?? ''));
  const [top = ''] = tops;
  // `tar cf model.tar model/`: the folder's name is not part of its content, as it is not when the folder itself is named.
  const isWrapped = tops.size === 1 && ![...files, ...links].some((entry) => entry.path === top);
  return isWrapped && problems.length === 0 ? new SubTree(tar, top, label) : tar;
}

async function hasSignatureBeside(file: string): Promise<boolean> {
  const name = path.basename(file);
  return (await readdir(path.dirname(file))).some((each) => subjectOf(each) === name);
}

async function layoutOf(tree: SourceTree, tools: SourceTools): Promise<Layout> {
  const layout = await findLayout(tree, await tree.tree(), tools);
  return tree.noun !== 'tar' || layout.kind === 'folder'
    ? layout
    : { ...layout, title: `${layout.title}, in a tar` };
}

async function findLayout(tree: SourceTree, listing: TreeListing, { kept }: SourceTools): Promise<Layout> {
  if (isOciLayout(listing)) return await ociLayout(tree, listing, kept);
  if (isModelCache(listing))
    return await modelCacheLayout(tree, listing, modelOfFolder(tree.label) ?? tree.label, null);
  if (isLocalDownload(listing)) return await localDownloadLayout(tree, listing);
  const caches = modelCachesIn(listing);
  const [only] = caches;
  if (only === undefined) return plainLayout(tree, listing);
  if (caches.length > 1) return severalModels(tree.label, caches);
  const cache = new SubTree(tree, only);
  return await modelCacheLayout(cache, await cache.tree(), modelOfFolder(only) ?? only, null);
}

function severalModels(label: string, caches: readonly string[]): Layout {
  const detail = `holds ${caches.length} models (${caches.join(', ')}); choose the folder of one of them`;
  return {
    kind: 'hugging-face',
    title: `Hugging Face cache ${label}`,
    facts: [],
    files: [],
    problems: [{ path: label, code: 'FORMAT-INVALID', detail }],
    layers: [],
    notes: new Map(),
    isContentAddressed: false,
  };
}

/** Models in the cache folder of huggingface_hub (`hub/`), by the names of their folders. */
function modelCachesIn({ files, links }: TreeListing): string[] {
  const folders = [...files, ...links].flatMap(({ path: where }) => {
    const [top = '', next] = where.split('/');
    return modelOfFolder(top) !== null && next === 'snapshots' ? [top] : [];
  });
  return [...new Set(folders)].sort();
}
