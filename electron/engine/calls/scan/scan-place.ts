import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Finding } from '#shared/contract/scan.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import type { EntryProblem } from '#engine/core/folder-port.ts';
import { MediaFolder, type MediaTools } from '#engine/media/media-folder.ts';
import { ruleOf } from '#engine/scan/rules/index.ts';
import type { ScannedFile } from '#engine/scan/scan-file.ts';
import type { FileToScan } from './scan-files.ts';

/** What lies at a place: files that can be read, and entries that cannot be and are findings themselves. */
export interface PlaceToScan {
  readonly files: readonly FileToScan[];
  readonly unusable: readonly ScannedFile[];
}

/** Looks at a folder or a file that a person named. Opens nothing, follows no link below it. Throws SOURCE-EMPTY. */
export async function lookAtPlace(
  place: string,
  extent: FileToScan['extent'],
  tools: MediaTools,
): Promise<PlaceToScan> {
  const folder = await openPlace(place, tools);
  const { files, problems } = await folder.list();
  if (files.length === 0 && problems.length === 0) {
    throw new AppError('SOURCE-EMPTY', 'There is no file to scan here.', { path: place });
  }
  return {
    files: await Promise.all(files.map((file) => lookAtFile(folder, file.path, extent))),
    unusable: problems.map(unusableEntry),
  };
}

async function openPlace(place: string, tools: MediaTools): Promise<MediaFolder> {
  try {
    // The named path itself may be a link: the person chose it.
    const real = await realpath(place);
    const facts = await lstat(real);
    if (facts.isDirectory()) return new MediaFolder(real, tools);
    if (facts.isFile()) return new MediaFolder(path.dirname(real), tools, place, [path.basename(real)]);
  } catch (error) {
    throw asAppError(error, place);
  }
  throw new AppError('FILE-NOT-REGULAR', `${place} is neither a folder nor a regular file.`, { path: place });
}

async function lookAtFile(
  folder: MediaFolder,
  relative: string,
  extent: FileToScan['extent'],
): Promise<FileToScan> {
  const file = path.join(folder.root, relative);
  const facts = await lstat(file).catch((error: unknown) => {
    throw asAppError(error, relative);
  });
  const entry: Finding[] = [];
  if (facts.nlink > 1) entry.push(finding('folder.hard-link', `The file has ${facts.nlink} names.`));
  if (hasHoles(facts)) {
    entry.push(finding('folder.sparse', `Of ${facts.size} bytes ${facts.blocks * 512} were ever written.`));
  }
  return { path: relative, file, sizeBytes: facts.size, extent, entry };
}

/** Compressing file systems store less too; a quarter missing is more than weights compress by. Windows gives no blocks. */
function hasHoles({ size, blocks }: { size: number; blocks: number | undefined }): boolean {
  return blocks !== undefined && size >= 1024 * 1024 && blocks * 512 < size * 0.75;
}

const rules: Readonly<Record<EntryProblem['code'], string>> = {
  'FILE-NOT-REGULAR': 'folder.not-regular',
  'PATH-UNSAFE': 'folder.unsafe-name',
  'PATH-COLLISION': 'folder.collision',
  'FILE-UNREADABLE': 'folder.unreadable',
  'FORMAT-INVALID': 'folder.unreadable',
  'DIGEST-MISMATCH': 'folder.unreadable',
};

function unusableEntry({ path: entry, code, detail }: EntryProblem): ScannedFile {
  const findings = [finding(rules[code], `${detail.charAt(0).toUpperCase()}${detail.slice(1)}.`)];
  return { path: entry, format: 'not-a-file', sizeBytes: 0, bytesRead: 0, findings, facts: [] };
}

function finding(rule: string, detail: string): Finding {
  return { rule, severity: ruleOf(rule).severity, detail };
}
