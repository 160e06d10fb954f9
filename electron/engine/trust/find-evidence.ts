import type { Check } from '#shared/contract/evidence.ts';
import type { FileEntry, FolderPort } from '#engine/core/folder-port.ts';
import { looksLikeDigestList, parseDigestList } from './formats/digest-list.ts';
import { describedFile, type DownloadMetadata, parseDownloadMetadata } from './formats/huggingface.ts';
import { signatureFormats } from './formats/index.ts';
import type { DigestList } from './listed-file.ts';
import type { FoundSignature } from './found-signature.ts';
import { placeSignature } from './place-list.ts';
import { failedRead } from './read-failure.ts';
import { listInText } from './signed-text.ts';
import {
  baseName,
  isNamedAsList,
  isNamedAsSignature,
  looksLikeForeignSignature,
  looksLikePublicKey,
  subjectOf,
} from './signature-names.ts';

/** Every file up to this size is looked into, since formats are told by content. */
const SMALL_BYTES = 64 * 1024;
/** Files that something signs are looked into up to this size: they may be lists whatever their name. */
const SIGNED_BYTES = 16 * 1024 * 1024;
/** Lists and signatures are read up to this size, and no more than this of all of them: one may list a million files. */
const EVIDENCE_BYTES = 256 * 1024 * 1024;

export interface FoundList {
  readonly path: string;
  readonly list: DigestList;
  /** What was parsed is what is hashed and signed: the file is not read again. */
  readonly bytes: Uint8Array;
}

/** What a downloader noted of one file, or why its note cannot be read. */
export interface FoundDownload {
  readonly path: string;
  readonly metadata: DownloadMetadata | string;
}

export interface Evidence {
  readonly signatures: readonly FoundSignature[];
  readonly lists: readonly FoundList[];
  readonly downloads: readonly FoundDownload[];
  readonly unreadable: readonly Check[];
}

/** Reads what may be a signature or a list of digests. Both are told by content; names only say where else to look. */
export async function findEvidence(
  folder: FolderPort,
  files: readonly FileEntry[],
  signal?: AbortSignal,
): Promise<Evidence> {
  const paths = new Set(files.map((file) => file.path));
  const signed = new Set(files.map((file) => subjectOf(file.path)));
  const signatures: FoundSignature[] = [];
  const lists: FoundList[] = [];
  const downloads: FoundDownload[] = [];
  const unreadable: Check[] = [];
  let heldBytes = 0;
  for (const file of files) {
    signal?.throwIfAborted();
    const named = isNamedAsSignature(file.path, paths);
    const hinted = named || isNamedAsList(file.path) || signed.has(file.path);
    const kind = named ? 'signature' : await largeKind(folder, file);
    if (file.sizeBytes > (kind !== null ? EVIDENCE_BYTES : hinted ? SIGNED_BYTES : SMALL_BYTES)) {
      if (kind === 'signature')
        signatures.push(brokenSignature(file.path, 'It is far too large for a signature.'));
      if (kind === 'list') unreadable.push(tooMuch(file.path, 'The list is far too large to be read.'));
      continue;
    }
    const content = await folder
      .read(file.path, EVIDENCE_BYTES)
      .catch((error: unknown) => failedRead(error, file.path));
    if (!(content instanceof Uint8Array)) {
      unreadable.push(content);
      if (named) signatures.push(brokenSignature(file.path, 'It cannot be read.'));
      continue;
    }
    const signature = await readSignature(file.path, content, paths);
    const isList = signature === null && looksLikeDigestList(content);
    if (signature !== null || isList) heldBytes += content.length;
    if (heldBytes > EVIDENCE_BYTES) {
      unreadable.push(tooMuch(file.path, 'There are more signatures and lists here than are read.'));
      return { signatures, lists, downloads, unreadable };
    }
    if (signature !== null) signatures.push(placeSignature(signature, paths));
    else if (isList) {
      lists.push({ path: file.path, list: parseDigestList(content, baseName(file.path)), bytes: content });
    } else if (describedFile(file.path) !== null) {
      downloads.push({ path: file.path, metadata: parseDownloadMetadata(file.path, content) });
    }
  }
  return { signatures, lists, downloads, unreadable };
}

/** Large files are looked into only where signatures of whole folders lie, or where the name says that it is a list. */
async function largeKind(
  folder: FolderPort,
  { path, sizeBytes }: FileEntry,
): Promise<'signature' | 'list' | null> {
  if (sizeBytes <= SMALL_BYTES || (path.includes('/') && !isNamedAsList(path))) return null;
  try {
    for await (const block of folder.stream(path)) {
      const head = block.subarray(0, SMALL_BYTES);
      if (!path.includes('/') && signatureFormats.some((format) => format.recognises(head)))
        return 'signature';
      return isNamedAsList(path) && looksLikeDigestList(head) ? 'list' : null;
    }
  } catch (error) {
    failedRead(error, path); // said when the file is read in full
  }
  return null;
}

function tooMuch(path: string, detail: string): Check {
  return { id: 'files.list', status: 'failed', code: 'FORMAT-INVALID', path, detail };
}

/** A signature by its content, or by its name when the content is nothing that anybody knows; null when it is neither. */
export async function readSignature(
  path: string,
  content: Uint8Array,
  among: ReadonlySet<string>,
): Promise<FoundSignature | null> {
  const format = signatureFormats.find((candidate) => candidate.recognises(content));
  if (format !== undefined) {
    const opened = await format.open(content);
    const found = { path, format: typeof opened === 'string' ? format.id : (opened.format ?? format.id) };
    if (typeof opened === 'string')
      return { ...found, subject: subjectOf(path), opened: null, problem: opened };
    const { signs } = opened;
    if (signs.kind === 'text') {
      const list = listInText(path, signs.text, among);
      return { ...found, subject: null, opened: { ...opened, signs: { kind: 'list', list } }, problem: '' };
    }
    const subject = signs.kind === 'list' ? null : subjectOf(path);
    return { ...found, subject, opened, problem: '' };
  }
  if (looksLikePublicKey(content)) return null;
  if (!isNamedAsSignature(path, among) && !looksLikeForeignSignature(content)) return null;
  const ids = signatureFormats.map(({ id }) => id).join(', ');
  const what = content.length === 0 ? 'It is empty' : 'Its content is in no format that this version reads';
  return brokenSignature(path, `${what} (${ids}).`);
}

function brokenSignature(path: string, problem: string): FoundSignature {
  return { path, format: 'unknown', subject: subjectOf(path), opened: null, problem };
}
