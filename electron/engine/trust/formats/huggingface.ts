import { createHash } from 'node:crypto';
import { latin1 } from '../minisign-key.ts';

const FOLDER = '.cache/huggingface/';
const METADATA = /^(.*?)\.cache\/huggingface\/download\/(.+)\.metadata$/;
const MAX_METADATA_BYTES = 4096;

/**
 * What `huggingface_hub` notes beside each file that it downloads: which commit it is of, and the ETag of the server. That
 * is the SHA-256 of large files and git's blob name of small ones. It shows that a download is whole. Nobody signed it, and
 * whoever changes a file can change it too.
 */
export interface DownloadMetadata {
  /** The file it speaks of. */
  readonly path: string;
  readonly commit: string;
  readonly etag:
    | { readonly kind: 'sha256'; readonly digest: string }
    | { readonly kind: 'git-blob'; readonly digest: string };
}

/** The file that a metadata file of this path speaks of; null when the path is of none. */
export function describedFile(metadataPath: string): string | null {
  const match = METADATA.exec(metadataPath);
  return match === null ? null : `${match[1] ?? ''}${match[2] ?? ''}`;
}

/** Lock files and the like that the library leaves beside its metadata: they say nothing of any file. */
export function isDownloadBookkeeping(path: string, sizeBytes: number | undefined): boolean {
  const at = path.indexOf(FOLDER);
  if (at < 0 || (at > 0 && path[at - 1] !== '/')) return false;
  if (sizeBytes === undefined) return false;
  const inside = path.slice(at + FOLDER.length);
  return (
    (/^download\/.+\.lock$/.test(inside) && sizeBytes === 0) || (inside === '.gitignore' && sizeBytes <= 16)
  );
}

/** Reads the three lines: commit, ETag, time of download. A string is why it cannot be read. */
export function parseDownloadMetadata(path: string, content: Uint8Array): DownloadMetadata | string {
  const described = describedFile(path);
  if (described === null) return 'It does not lie where download metadata does.';
  if (content.length > MAX_METADATA_BYTES) return 'It is too long for download metadata.';
  const [commit = '', etag = '', time = '', ...rest] = latin1(content)
    .replace(/\r?\n$/, '')
    .split(/\r?\n/);
  if (!/^[0-9a-f]{40}$/.test(commit)) return 'Its first line is not a commit.';
  if (!/^[0-9]+(?:\.[0-9]+)?$/.test(time) || rest.length > 0) return 'It is not as the library writes it.';
  if (/^[0-9a-f]{64}$/.test(etag)) return { path: described, commit, etag: { kind: 'sha256', digest: etag } };
  if (/^[0-9a-f]{40}$/.test(etag))
    return { path: described, commit, etag: { kind: 'git-blob', digest: etag } };
  return 'Its ETag is neither a SHA-256 nor the name of a git blob.';
}

/** How git names a file's content (gitformat-pack, "blob"): SHA-1 over a header and the bytes. */
export function gitBlobName(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
