import type { Check } from '#shared/contract/evidence.ts';
import type { FolderPort } from '#engine/core/folder-port.ts';
import type { FoundDownload } from './find-evidence.ts';
import { type DownloadMetadata, gitBlobName } from './formats/huggingface.ts';
import type { Hashed } from './hash-files.ts';
import { failedRead } from './read-failure.ts';

/** What the hub keeps in git, and not as a large file, is smaller. */
const GIT_BLOB_BYTES = 16 * 1024 * 1024;

interface Surroundings {
  readonly folder: FolderPort;
  readonly sizes: ReadonlyMap<string, number>;
  readonly hashed: Hashed;
}

/**
 * Holds the files against what Hugging Face's downloader noted of them. Integrity only, and said so every time: the notes
 * are not signed. One check for each file that differs, or one for all that do not.
 */
export async function checkDownloads(
  downloads: readonly FoundDownload[],
  surroundings: Surroundings,
): Promise<Check[]> {
  const failures: Check[] = [];
  const same: DownloadMetadata[] = [];
  for (const { path, metadata } of downloads) {
    if (typeof metadata === 'string') {
      failures.push({
        id: 'files.download',
        status: 'failed',
        code: 'FORMAT-INVALID',
        path,
        detail: metadata,
      });
      continue;
    }
    if (!surroundings.sizes.has(metadata.path)) continue; // what was not kept is not missing: nobody signed a list
    const failure = await compare(metadata, surroundings);
    if (failure === null) same.push(metadata);
    else failures.push(failure);
  }
  if (failures.length > 0 || same.length === 0) return failures;
  const commits = [...new Set(same.map(({ commit }) => commit.slice(0, 12)))];
  return [
    {
      id: 'files.download',
      status: 'verified',
      expected: `${same.length} ${same.length === 1 ? 'file' : 'files'} as Hugging Face served them`,
      found: `commit ${commits.join(', ')}`,
      detail:
        'The download is whole. This is no signature: whoever changes a file can change these notes too.',
    },
  ];
}

async function compare(
  { path, etag }: DownloadMetadata,
  { folder, hashed }: Surroundings,
): Promise<Check | null> {
  let found: string | undefined;
  try {
    found =
      etag.kind === 'sha256'
        ? hashed.get(path, { algorithm: 'sha256' })
        : gitBlobName(await folder.read(path, GIT_BLOB_BYTES));
  } catch (error) {
    return failedRead(error, path);
  }
  if (found === undefined || found === etag.digest) return null; // a file that cannot be read is said elsewhere
  return {
    id: 'files.download',
    status: 'failed',
    code: 'DIGEST-MISMATCH',
    path,
    expected: `${etag.kind}:${etag.digest}`,
    found: `${etag.kind}:${found}`,
    detail:
      'The bytes are not those that Hugging Face served: the download broke, or they were changed since.',
  };
}
