import path from 'node:path/posix';
import type { Check } from '#shared/contract/evidence.ts';
import type { EntryProblem, FileEntry } from '#engine/core/folder-port.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { describedFile, parseDownloadMetadata } from '#engine/trust/formats/huggingface.ts';
import { type LinkEntry, makeVisible } from '../walk.ts';
import { type LaidOutFile, type Layout, settle } from './layout.ts';
import type { SourceTree, TreeListing } from './source-tree.ts';

/** A commit of the hub: SHA-1 in hex. */
const REVISION = /^[0-9a-f]{40}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const SNAPSHOT = /^snapshots\/([^/]+)\//;
/** What huggingface_hub keeps beside the files of a download into a folder of its own (`local_dir`). */
const DOWNLOADS = '.cache/huggingface/';
const SMALL_BYTES = 4096;

/** Name of the model in a cache folder `models--org--name`; null for a folder of another name. */
export function modelOfFolder(folder: string): string | null {
  const parts = folder.split('--');
  return parts[0] === 'models' && parts.length > 1 ? parts.slice(1).join('/') : null;
}

/** Is this the folder of one model in the cache of huggingface_hub (`blobs`, `refs`, `snapshots`)? */
export function isModelCache({ files, links }: TreeListing): boolean {
  const has = (folder: string) => [...files, ...links].some((entry) => entry.path.startsWith(folder));
  return has('snapshots/') && (has('blobs/') || has('refs/'));
}

/** Is this a folder that `hf download --local-dir` filled? */
export function isLocalDownload({ files }: TreeListing): boolean {
  return files.some((file) => file.path.startsWith(DOWNLOADS));
}

/**
 * One snapshot of a model's cache folder. Its files are links into `blobs/` there (or real files, where links cannot be);
 * a link that leads anywhere else is refused. A blob of a large file is named by its SHA-256, which is held against the
 * bytes. `revision`: the snapshot that was chosen; else the one `refs/main` names, else the only one.
 */
export async function modelCacheLayout(
  tree: SourceTree,
  listing: TreeListing,
  model: string,
  revision: string | null,
): Promise<Layout> {
  const all = [...listing.files, ...listing.links];
  const revisions = [...new Set(all.flatMap((entry) => SNAPSHOT.exec(entry.path)?.[1] ?? []))].sort();
  const main = revision === null ? await readRef(tree, listing) : null;
  const chosen = revision ?? (main !== null && revisions.includes(main) ? main : onlyOne(revisions));
  const empty = {
    kind: 'hugging-face',
    files: [],
    layers: [],
    notes: new Map<string, Uint8Array>(),
    isContentAddressed: false,
  } as const;
  if (chosen === null) {
    const detail = `has ${formatNoun(revisions.length, 'snapshot')} (${revisions.map(makeVisible).join(', ')}), and refs/main names none of them; choose one of the folders in snapshots/`;
    const problem: EntryProblem = { path: 'snapshots', code: 'FORMAT-INVALID', detail };
    return { ...empty, title: `Hugging Face cache of ${model}`, facts: [], problems: [problem] };
  }
  const folder = `snapshots/${chosen}/`;
  const blobs = new Map(listing.files.map((file) => [file.path, file]));
  const resolved = listing.links
    .filter((link) => link.path.startsWith(folder))
    .map((link) => resolveLink(tree, folder, link, blobs));
  const real = listing.files
    .filter((file) => file.path.startsWith(folder))
    .map((file) => laidOut(tree, file.path.slice(folder.length), file));
  const why =
    revision !== null ? 'as chosen' : chosen === main ? 'which refs/main names' : 'the only one here';
  return settle({
    ...empty,
    title: `Hugging Face snapshot of ${model} at ${shortRevision(chosen)}`,
    facts: [fact(`Hugging Face cache of ${model}: snapshot ${chosen}, ${why}.`), ...leftOut(listing, folder)],
    files: [...real, ...resolved.filter((each) => 'tree' in each)],
    problems: [
      ...listing.problems.filter(({ path: where }) => where.startsWith(folder)),
      ...resolved.filter((each) => 'code' in each),
    ],
  });
}

/** A folder filled by `hf download --local-dir`: its files without the downloader's own, which say what was downloaded. */
export async function localDownloadLayout(tree: SourceTree, listing: TreeListing): Promise<Layout> {
  const own = listing.files.filter(({ path: where }) => !isDownloaders(where));
  const stated = new Map<string, string>();
  const revisions = new Set<string>();
  const notes = new Map<string, Uint8Array>();
  for (const { path: note, sizeBytes } of listing.files) {
    if (describedFile(note) === null || sizeBytes > SMALL_BYTES) continue;
    const bytes = await tree.read(note, SMALL_BYTES);
    notes.set(note, bytes);
    const noted = parseDownloadMetadata(note, bytes);
    if (typeof noted === 'string') continue; // verification, which sees the note, says what is wrong with it
    revisions.add(noted.commit);
    if (noted.etag.kind === 'sha256') stated.set(noted.path, noted.etag.digest);
  }
  const of = [...revisions].sort();
  const [revision] = of;
  const what =
    of.length === 0
      ? 'Its revision is not noted.'
      : `${of.length === 1 ? 'Revision' : 'Files of several revisions:'} ${of.join(', ')}.`;
  const left = listing.files.length - own.length;
  const isDownloader = ({ path: where }: { path: string }) => isDownloaders(where);
  return settle({
    kind: 'hugging-face',
    title: `Hugging Face download ${tree.label}${revision === undefined ? '' : ` at ${shortRevision(revision)}`}`,
    facts: [
      { ...fact(`Download by huggingface_hub. ${what}`), status: of.length > 1 ? 'warning' : 'verified' },
      leftOutFact(left, 'of the downloader (.cache/huggingface); its notes are evidence'),
    ],
    files: own.map((file) => ({ ...laidOut(tree, file.path, file), stated: stated.get(file.path) ?? null })),
    problems: [
      ...listing.problems.filter((problem) => !isDownloader(problem)),
      ...listing.links.filter((link) => !isDownloader(link)).map(outside),
    ],
    layers: [],
    notes,
    isContentAddressed: false,
  });
}

function isDownloaders(where: string): boolean {
  return where.startsWith(DOWNLOADS) || where === '.cache/.gitignore';
}

/** The hub's links are relative and lead to a blob of the same model, in one step. */
function resolveLink(
  tree: SourceTree,
  folder: string,
  link: LinkEntry,
  blobs: ReadonlyMap<string, FileEntry>,
): LaidOutFile | EntryProblem {
  const target = path.normalize(path.join(path.dirname(link.path), link.target));
  if (link.target === '' || path.isAbsolute(link.target) || !/^blobs\/[^/]+$/.test(target))
    return outside(link);
  const blob = blobs.get(target);
  if (blob !== undefined) return laidOut(tree, link.path.slice(folder.length), blob);
  const detail = `its bytes, ${makeVisible(target)}, are not here`;
  return { path: makeVisible(link.path), code: 'FILE-UNREADABLE', detail };
}

function outside(link: LinkEntry): EntryProblem {
  const detail = `is a link to ${makeVisible(link.target)}, which does not lie in this snapshot's own blobs`;
  return { path: makeVisible(link.path), code: 'FILE-NOT-REGULAR', detail };
}

function laidOut(tree: SourceTree, as: string, file: FileEntry): LaidOutFile {
  const name = path.basename(file.path);
  const stated = file.path.startsWith('blobs/') && SHA256.test(name) ? name : null;
  return { path: as, sizeBytes: file.sizeBytes, stated, tree, treePath: file.path };
}

async function readRef(tree: SourceTree, { files }: TreeListing): Promise<string | null> {
  const ref = files.find((file) => file.path === 'refs/main' && file.sizeBytes <= SMALL_BYTES);
  const revision = ref === undefined ? '' : decode(await tree.read(ref.path, SMALL_BYTES)).trim();
  return REVISION.test(revision) ? revision : null;
}

function leftOut({ files, links }: TreeListing, folder: string): Check[] {
  const unfinished = files.filter((file) => file.path.endsWith('.incomplete')).length;
  const others = new Set(
    [...files, ...links].flatMap((entry) => {
      const revision = SNAPSHOT.exec(entry.path)?.[1];
      return revision === undefined || entry.path.startsWith(folder) ? [] : [revision];
    }),
  );
  return [
    ...(others.size > 0 ? [leftOutFact(others.size, 'of other revisions', 'snapshot')] : []),
    ...(unfinished > 0 ? [leftOutFact(unfinished, 'that was never finished', 'download')] : []),
  ];
}

function leftOutFact(count: number, which: string, noun = 'file'): Check {
  const detail = `Left out: ${formatNoun(count, noun)} ${which}.`;
  return { id: 'source.left-out', status: 'verified', detail };
}

function fact(detail: string): Check {
  return { id: 'source.layout', status: 'verified', detail };
}

function onlyOne(revisions: readonly string[]): string | null {
  return revisions.length === 1 ? (revisions[0] ?? null) : null;
}

function shortRevision(revision: string): string {
  return REVISION.test(revision) ? revision.slice(0, 8) : makeVisible(revision);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
